import type {
  UploadWidgetCallback,
  UploadWidgetError,
  UploadWidgetInput,
  UploadWidgetInstance,
} from '@countersign/widget'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { CldUploadWidgetCloudinaryInstance } from './upload-widget-types.js'
import { createWidgetBinding, EMPTY_SNAPSHOT, type WidgetSnapshot } from './widget-binding.js'

/** A widget module that records its calls. The real module needs a document. */
function recordingModule(calls: string[]): CldUploadWidgetCloudinaryInstance {
  const createUploadWidget = (
    options: UploadWidgetInput,
    _callback?: UploadWidgetCallback,
  ): UploadWidgetInstance => {
    calls.push(`create ${JSON.stringify(options)}`)
    let isDestroyed = false
    return {
      open: (source) => calls.push(`open ${String(source)}`),
      close: () => calls.push('close'),
      hide: () => calls.push('hide'),
      show: () => calls.push('show'),
      minimize: () => calls.push('minimize'),
      upload: async () => [],
      update: (changes) => calls.push(`update ${JSON.stringify(changes)}`),
      destroy: async () => {
        isDestroyed = true
        calls.push('destroy')
      },
      isShowing: () => true,
      isMinimized: () => false,
      isDestroyed: () => isDestroyed,
    }
  }
  return { createUploadWidget } as unknown as CldUploadWidgetCloudinaryInstance
}

function bind(
  load?: (module: CldUploadWidgetCloudinaryInstance) => Promise<CldUploadWidgetCloudinaryInstance>,
) {
  const calls: string[] = []
  const failures: UploadWidgetError[] = []
  const page = {
    options: { folder: 'a' } as UploadWidgetInput,
    snapshot: EMPTY_SNAPSHOT as WidgetSnapshot,
    loads: 0,
  }
  const module = recordingModule(calls)
  const binding = createWidgetBinding({
    options: () => page.options,
    onEvent: () => undefined,
    onOpen: () => calls.push('opened'),
    onLoadFailure: (error) => failures.push(error),
    onChange: (snapshot) => {
      page.snapshot = snapshot
    },
    load: () => {
      page.loads += 1
      return load ? load(module) : Promise.resolve(module)
    },
  })
  return { binding, calls, failures, page }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('createWidgetBinding', () => {
  describe('after an earlier visit left an unfinished upload', () => {
    beforeEach(() => {
      vi.stubGlobal('sessionStorage', { 'countersign:resume:': '1' })
    })

    afterEach(() => {
      vi.unstubAllGlobals()
    })

    it('creates the widget at mount without opening it', async () => {
      const { binding, calls, page } = bind()
      binding.mount()
      await settled()
      expect([page.loads, page.snapshot.isLoading]).toEqual([1, false])
      expect(calls).toEqual(['create {"folder":"a"}'])
    })

    it('opens the widget if open was called while its code loaded', async () => {
      const { binding, calls } = bind()
      binding.mount()
      binding.methods.open()
      await settled()
      expect(calls).toEqual(['create {"folder":"a"}', 'open undefined', 'opened'])
    })

    it('creates one widget in strict mode, which mounts twice', async () => {
      const { binding, calls } = bind()
      binding.mount()
      binding.release()
      binding.mount()
      await settled()
      expect(calls).toEqual(['create {"folder":"a"}'])
    })

    it('loads no code with resume: false', async () => {
      const { binding, page } = bind()
      page.options = { resume: false }
      binding.mount()
      await settled()
      expect(page.loads).toBe(0)
    })

    it('does not report an error to the app if the code cannot be loaded at mount', async () => {
      const log = vi.spyOn(console, 'error').mockImplementation(() => undefined)
      const { binding, failures } = bind(() => Promise.reject(new Error('offline')))
      binding.mount()
      await settled()
      expect(failures).toEqual([])
      expect(log).toHaveBeenCalledOnce()
      log.mockRestore()
    })
  })

  it('loads no code and creates no widget before open', async () => {
    const { binding, calls, page } = bind()
    binding.mount()
    binding.sync({ folder: 'b' })
    binding.methods.close()
    binding.methods.hide()
    binding.methods.update({ tags: ['x'] })
    await settled()
    expect([calls, page.loads, binding.methods.isShowing()]).toEqual([[], 0, false])
  })

  it('opens with the latest options after the code has loaded, and is loading until then', async () => {
    const { binding, calls, page } = bind()
    binding.methods.open('local')
    binding.methods.open('local')
    expect(page.snapshot.isLoading).toBe(true)
    page.options = { folder: 'latest' }
    await settled()
    expect(calls).toEqual(['create {"folder":"latest"}', 'open local', 'opened'])
    expect([page.loads, page.snapshot.isLoading, page.snapshot.widget !== undefined]).toEqual([
      1,
      false,
      true,
    ])
  })

  it('passes only changed options to the current widget', async () => {
    const { binding, calls } = bind()
    binding.methods.open()
    await settled()
    calls.length = 0
    binding.sync({ folder: 'a' })
    binding.sync({ folder: 'b', tags: ['x'] })
    binding.sync({ folder: 'b', tags: ['x'] })
    expect(calls).toEqual(['update {"folder":"b","tags":["x"]}'])
  })

  it('forwards update with its options, and keeps them for a later widget', async () => {
    const { binding, calls } = bind()
    binding.methods.open()
    await settled()
    binding.methods.update({ tags: ['x'] })
    await binding.methods.destroy()
    binding.methods.open()
    expect(calls).toEqual([
      'create {"folder":"a"}',
      'open undefined',
      'opened',
      'update {"tags":["x"]}',
      'destroy',
      'create {"folder":"a","tags":["x"]}',
      'open undefined',
      'opened',
    ])
  })

  it('opens nothing if the component unmounts while the code loads', async () => {
    const { binding, calls } = bind()
    binding.methods.open()
    binding.release()
    await settled()
    expect(calls).toEqual([])
  })

  it('works with the double mount of StrictMode', async () => {
    const { binding, calls } = bind()
    binding.mount()
    binding.release()
    binding.mount()
    binding.methods.open()
    await settled()
    expect(calls).toEqual(['create {"folder":"a"}', 'open undefined', 'opened'])
    binding.release()
    expect(calls.at(-1)).toBe('destroy')
  })

  it('reports an error if the code cannot be loaded, and tries again at the next open', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    let isOnline = false
    const { binding, calls, failures, page } = bind((module) =>
      isOnline ? Promise.resolve(module) : Promise.reject(new TypeError('Failed to fetch')),
    )
    binding.methods.open()
    await settled()
    expect([failures[0]?.code, page.snapshot.isLoading, calls]).toEqual([
      'CONNECTION_LOST',
      false,
      [],
    ])
    isOnline = true
    binding.methods.open()
    await settled()
    expect(calls.at(-1)).toBe('opened')
    expect(logged).toHaveBeenCalledOnce()
    logged.mockRestore()
  })
})
