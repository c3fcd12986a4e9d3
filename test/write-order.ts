/** Reads a system-call trace of one upload and reports steps that are out of order. @module */

/** One traced call, with the lines of the trace at which it began and returned. */
export interface TracedCall {
  readonly name: string
  /** Arguments and result as traced. */
  readonly text: string
  readonly beganAt: number
  readonly returnedAt: number
}

/** Parses a `strace -f -y` trace. Returns the calls in the order in which they began. */
export function parseTrace(trace: string): readonly TracedCall[] {
  const calls: TracedCall[] = []
  const open = new Map<string, { name: string; text: string; beganAt: number }>()
  for (const [line, text] of trace.split('\n').entries()) {
    const [, thread = '', rest = ''] = /^(\d+)\s+(.*)$/.exec(text) ?? []
    const resumed = /^<\.\.\. (\w+) resumed>(.*)$/.exec(rest)
    const begun = /^(\w+)\((.*)$/.exec(rest)
    if (resumed) {
      const call = open.get(thread)
      if (call) calls.push({ ...call, text: call.text + resumed[2], returnedAt: line })
    } else if (begun?.[1] && begun[2]?.endsWith('<unfinished ...>')) {
      open.set(thread, { name: begun[1], text: begun[2], beganAt: line })
    } else if (begun?.[1] && begun[2] !== undefined) {
      calls.push({ name: begun[1], text: begun[2], beganAt: line, returnedAt: line })
    }
  }
  return calls.sort((one, other) => one.beganAt - other.beganAt)
}

interface Step {
  readonly step: string
  readonly name: RegExp
  readonly text: RegExp
}

/** First steps of a small file, which is written under the name of its blob. */
const SMALL: readonly Step[] = [
  {
    step: 'the bytes of the blob are synced',
    name: /^fdatasync$/,
    text: /\/blobs\/[^/>]+\/[0-9a-f]{2}\/[0-9a-f]{32}>/,
  },
]

/** First steps of a large file, which is staged. */
const LARGE: readonly Step[] = [
  { step: 'the staged bytes are synced', name: /^fdatasync$/, text: /\/staging\/[0-9a-f]{32}>/ },
  {
    step: 'the file is renamed to its blob',
    name: /^rename/,
    text: /\/staging\/([0-9a-f]{32})".*\/blobs\/[^"]+\/\1"/,
  },
]

/**
 * Last steps of the write path (requirements 4.1). Each step is a call that must return before the
 * next begins.
 */
const STEPS: readonly Step[] = [
  {
    step: 'its folder is synced',
    name: /^fsync$/,
    text: /\/blobs\/[^/>]+\/[0-9a-f]{2}>/,
  },
  { step: 'the row is synced', name: /^f(data)?sync$/, text: /catalog\.db-wal>/ },
  {
    step: 'the answer is sent',
    name: /^(write|writev|sendto|sendmsg)$/,
    text: /HTTP\/1\.1 200 OK/,
  },
]

/**
 * Reports the first step that is missing or out of order.
 *
 * @param calls Calls of one upload, whose answer is the last 200 of the trace.
 * @param size Whether the uploaded file is staged.
 * @returns One sentence for the first step that did not return before the next began, or none.
 */
export function orderProblems(
  calls: readonly TracedCall[],
  size: 'small' | 'large',
): readonly string[] {
  const steps = [...(size === 'small' ? SMALL : LARGE), ...STEPS]
  let before = Number.POSITIVE_INFINITY
  // Backwards from the answer: each step must return before the step that relies on it begins.
  for (const { step, name, text } of steps.reverse()) {
    const call = calls.findLast(
      (one) => name.test(one.name) && text.test(one.text) && one.returnedAt < before,
    )
    if (!call) return [`${step}: not before what follows`]
    if (/= -1 /.test(call.text)) return [`${step}: failed`]
    before = call.beganAt
  }
  return []
}
