/** The view before any file: the drop zone, or a list of sources on touch phones. @module */

import type { JSX } from 'preact'
import { acceptedFormats, joinWords, maxBytesOf } from '../../core/files/check-file.js'
import { DropArt } from '../controls/icons.js'
import { Notice } from '../controls/notice.js'
import type { PickFiles } from '../files/pick-files.js'
import type { WidgetModel } from '../state/model.js'
import { hasSources } from '../state/shown-sources.js'
import type { Texts } from '../words/texts.js'
import { PhoneWays, SourceRow } from './parts.js'

interface EmptyProps {
  readonly model: WidgetModel
  readonly pick: PickFiles
}

/** Draws the drop zone with Choose files, or the sources of a phone. */
export function EmptyView({ model, pick }: EmptyProps): JSX.Element {
  const texts = model.texts
  const isSingle = !model.isMultiple
  const isPhone = isTouchPhone() && !model.drag
  return (
    <div class="body">
      {isPhone ? (
        <>
          <PhoneWays model={model} pick={pick} />
          <LimitsLine model={model} />
        </>
      ) : model.drag ? (
        <DragOver model={model} />
      ) : (
        // biome-ignore lint/a11y/noStaticElementInteractions: the button inside does the same for the keyboard
        // biome-ignore lint/a11y/useKeyWithClickEvents: the button inside does the same for the keyboard
        <div class="drop" part="dropzone" onClick={() => pick('files')}>
          <DropArt />
          <h3>{texts.say(isSingle ? 'local.dd_title_single' : 'local.dd_title_multi')}</h3>
          <button class="btn primary big" type="button" part="browse" data-test="browse">
            {texts.say(isSingle ? 'local.browse_one' : 'local.browse')}
          </button>
          <LimitsLine model={model} />
        </div>
      )}
      {isPhone || model.drag || !hasSources(model.options) ? null : (
        <SourceRow model={model} pick={pick} />
      )}
      <Notice model={model} />
    </div>
  )
}

/** Draws the drop zone while files hover over the widget. Draws nothing otherwise. */
export function DragOver({ model }: { model: WidgetModel }): JSX.Element | null {
  const texts = model.texts
  const drag = model.drag
  if (!drag) return null
  const formats = joinWords(acceptedFormats(model.rules), texts.say('local.or'))
  const isMany = drag.files > 1
  const title = isMany ? 'local.drop_title_multiple' : 'local.drop_title_single'
  return (
    <div class="drop" part="dropzone" data-over={drag.isAllowed ? 'yes' : 'no'}>
      <DropArt />
      <h3>
        {drag.isAllowed ? texts.say(title, { n: drag.files }) : texts.count('local.no', drag.files)}
      </h3>
      <p class="meta">
        {drag.isAllowed
          ? texts.count('local.now', drag.files)
          : texts.say('local.only', { formats })}
      </p>
    </div>
  )
}

function LimitsLine({ model }: { model: WidgetModel }): JSX.Element {
  // An empty line while the endpoint's limits load, so that nothing moves under the pointer.
  return <p class="meta">{limitsText(model, model.texts) || '\u00a0'}</p>
}

function limitsText(model: WidgetModel, texts: Texts): string {
  const rules = model.rules
  const { maxFiles } = model.options
  const names = acceptedFormats(rules).map((name) => familyName(name, texts))
  const formats = capital(joinWords(names, texts.say('local.or')))
  const maxBytes = maxBytesOf(rules)
  const size = maxBytes === undefined ? '' : texts.bytes(maxBytes)
  const max =
    model.isMultiple && maxFiles ? texts.count('local.limits_max', maxFiles, { max: maxFiles }) : ''
  return [limitsSentence(formats, size, texts), max].filter(Boolean).join(' ')
}

function limitsSentence(formats: string, size: string, texts: Texts): string {
  if (formats && size) return texts.say('local.limits', { formats, size })
  if (formats) return texts.say('local.limits_formats', { formats })
  return size ? texts.say('local.limits_size', { size }) : ''
}

function familyName(name: string, texts: Texts): string {
  if (name === 'images') return texts.say('local.images').toLowerCase()
  return name === 'videos' ? texts.say('local.videos') : name
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Returns true for touch devices with a small window, where people add photos from the library or the camera. */
function isTouchPhone(): boolean {
  return matchMedia('(pointer: coarse) and (width < 560px)').matches
}
