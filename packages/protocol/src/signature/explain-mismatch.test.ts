import { createHash, createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type ExplainMismatchOptions, explainMismatch } from './explain-mismatch.js'

const SECRET = 'own-secret-3f9a1c'
const OTHER_SECRET = 'other-secret-77b0de'
const keys = [
  { id: '111', secret: SECRET },
  { id: '222', secret: OTHER_SECRET },
]
const sent = {
  timestamp: '1700000000',
  folder: 'users/42',
  tags: 'a,b',
  api_key: '111',
}
const text = 'folder=users/42&tags=a,b&timestamp=1700000000'

/** Signs like a mistaken signer: hashes a string that is written out in the test. */
function hash(string: string, algorithm = 'sha1'): string {
  return createHash(algorithm).update(string).digest('hex')
}

function explain(
  signature: string,
  received: ExplainMismatchOptions['received'] = sent,
): ReturnType<typeof explainMismatch> {
  return explainMismatch({ received, signature, action: 'upload', keys })
}

describe('explainMismatch, the secret', () => {
  it.each([
    ['double quotes', `"${SECRET}"`],
    ['single quotes', `'${SECRET}'`],
    ['quotes and a line break inside', `"${SECRET}\n"`],
    ['one quote at the start', `"${SECRET}`],
  ])('names %s', (_, secret) => {
    expect(explain(hash(text + secret)).cause).toBe('secret_quoted')
    expect(explain(hash(text + secret, 'sha256')).cause).toBe('secret_quoted')
  })

  it.each([
    ['a blank at the end', `${SECRET} `],
    ['a blank at the start', ` ${SECRET}`],
    ['a line break', `${SECRET}\n`],
    ['a Windows line break', `${SECRET}\r\n`],
    ['a byte order mark', `\ufeff${SECRET}`],
  ])('names %s', (_, secret) => {
    expect(explain(hash(text + secret)).cause).toBe('secret_padded')
  })

  it.each(['', 'undefined', 'null', '111'])('names a secret that is missing: "%s"', (secret) => {
    expect(explain(hash(text + secret)).cause).toBe('secret_missing')
  })

  it('names the key whose secret was used instead of the right one', () => {
    const explained = explain(hash(text + OTHER_SECRET))
    expect(explained.cause).toBe('secret_of_other_key')
    expect(explained.message).toContain('key 222')
  })

  it('searches all keys if the named one is unknown', () => {
    const received = { ...sent, api_key: '999' }
    expect(explain(hash(text + OTHER_SECRET), received).cause).toBe('secret_of_other_key')
    expect(explain(hash(`${text}nobody's`), received).cause).toBe('unknown')
  })
})

describe('explainMismatch, the digest', () => {
  it.each([
    ['an HMAC-SHA-1', createHmac('sha1', SECRET).update(text).digest('hex')],
    ['an HMAC-SHA-256', createHmac('sha256', SECRET).update(text).digest('hex')],
    ['the secret first', hash(SECRET + text)],
    ['the secret joined with &', hash(`${text}&${SECRET}`)],
    ['the string in Base64', hash(Buffer.from(text).toString('base64') + SECRET)],
    ['SHA-256 cut to 40', hash(text + SECRET, 'sha256').slice(0, 40)],
    ['MD5', hash(text + SECRET, 'md5')],
    ['SHA-512', hash(text + SECRET, 'sha512')],
  ])('names %s', (_, signature) => {
    expect(explain(signature).cause).toBe('algorithm_wrong')
  })

  it.each([
    ['upper case', hash(text + SECRET).toUpperCase()],
    ['blanks around', ` ${hash(text + SECRET)} `],
    [
      'Base64',
      createHash('sha1')
        .update(text + SECRET)
        .digest('base64'),
    ],
    [
      'URL-safe Base64',
      createHash('sha256')
        .update(text + SECRET)
        .digest('base64url'),
    ],
    ['a cut one', hash(text + SECRET).slice(0, 30)],
    ['none', ''],
    ['41 characters', 'a'.repeat(41)],
  ])('recognizes an altered signature: %s', (_, signature) => {
    expect(explain(signature).cause).toBe('signature_altered')
  })

  it('reports none for a correct signature', () => {
    expect(explain(hash(text + SECRET)).cause).toBe('none')
    expect(explain(hash(text + SECRET, 'sha256')).cause).toBe('none')
  })
})

describe('explainMismatch, the string', () => {
  const url = 'https://hook.test/?a=1&b=2'

  it.each([
    ['version_1', { timestamp: '1', notification_url: url }, `notification_url=${url}&timestamp=1`],
    ['timestamp_milliseconds', sent, 'folder=users/42&tags=a,b&timestamp=1700000000873'],
    ['timestamp_milliseconds', sent, 'folder=users/42&tags=a,b&timestamp=1699999999612'],
    [
      'timestamp_milliseconds',
      { ...sent, timestamp: '1700000000873' },
      'folder=users/42&tags=a,b&timestamp=1700000000',
    ],
    ['params_unsorted', sent, 'timestamp=1700000000&folder=users/42&tags=a,b'],
    ['params_unsorted', sent, 'tags=a,b&timestamp=1700000000&folder=users/42'],
    [
      'params_unsorted',
      { timestamp: '1', tags: 'a', source: 'uw', folder: 'f', public_id: 'p', context: 'k=v' },
      'timestamp=1&context=k=v&folder=f&public_id=p&source=uw&tags=a',
    ],
    ['values_encoded', sent, 'folder=users%2F42&tags=a%2Cb&timestamp=1700000000'],
    ['values_encoded', { timestamp: '1', folder: 'a b' }, 'folder=a+b&timestamp=1'],
    ['values_encoded', { timestamp: '1', folder: 'a%20b' }, 'folder=a b&timestamp=1'],
    ['list_as_json', sent, 'folder=users/42&tags=["a","b"]&timestamp=1700000000'],
    ['list_as_json', { timestamp: '1', tags: '["a","b"]' }, 'tags=a,b&timestamp=1'],
    ['object_as_text', { timestamp: '1', context: 'alt=x' }, 'context=[object Object]&timestamp=1'],
    ['boolean_text', { timestamp: '1', overwrite: '1' }, 'overwrite=true&timestamp=1'],
    ['boolean_text', { timestamp: '1', overwrite: 'false' }, 'overwrite=0&timestamp=1'],
    ['unicode_form', { timestamp: '1', folder: 'M\u00e4rz' }, 'folder=Ma\u0308rz&timestamp=1'],
    ['line_breaks', { timestamp: '1', context: 'alt=a\r\nb' }, 'context=alt=a\nb&timestamp=1'],
    ['param_not_signed', sent, 'folder=users/42&timestamp=1700000000'],
    ['param_not_signed', sent, 'timestamp=1700000000'],
    ['param_not_sent', sent, 'folder=users/42&source=uw&tags=a,b&timestamp=1700000000'],
    ['param_not_sent', sent, 'api_key=111&folder=users/42&tags=a,b&timestamp=1700000000'],
    [
      'param_not_sent',
      { ...sent, cloud_name: 'demo' },
      'cloud_name=demo&folder=users/42&resource_type=image&tags=a,b&timestamp=1700000000',
    ],
    [
      'param_not_sent',
      { ...sent, file: 'https://example.test/a.jpg' },
      'file=https://example.test/a.jpg&folder=users/42&tags=a,b&timestamp=1700000000',
    ],
    [
      'param_not_sent',
      { ...sent, max_bytes: '1000' },
      'folder=users/42&max_bytes=1000&tags=a,b&timestamp=1700000000',
    ],
    [
      'blank_signed',
      { ...sent, public_id: '' },
      `folder=users/42&public_id=&tags=a,b&timestamp=1700000000`,
    ],
    ['blank_signed', sent, `folder=users/42&public_id=undefined&tags=a,b&timestamp=1700000000`],
  ] as const)('finds %s', (cause, received, signed) => {
    expect(explain(hash(signed + SECRET), received).cause).toBe(cause)
  })

  it('names the params that were sent but not signed', () => {
    expect(explain(hash(`timestamp=1700000000${SECRET}`)).message).toContain('folder and tags')
  })

  it('reports unknown if no known mistake gives the signature', () => {
    expect(explain(hash(`folder=another&timestamp=1700000000${SECRET}`)).cause).toBe('unknown')
    expect(explain('0'.repeat(40)).cause).toBe('unknown')
    expect(
      explainMismatch({ received: sent, signature: '0'.repeat(64), action: 'upload', keys: [] })
        .cause,
    ).toBe('unknown')
  })

  it('never reveals a secret or a value', () => {
    const signatures = [
      hash(text + SECRET),
      hash(`${text}"${SECRET}"`),
      hash(`${text}${OTHER_SECRET}`),
      hash(`timestamp=1700000000${SECRET}`),
      'a'.repeat(40),
    ]
    for (const signature of signatures) {
      const { message } = explain(signature)
      expect(message).not.toContain(SECRET)
      expect(message).not.toContain(OTHER_SECRET)
      expect(message).not.toContain('users/42')
    }
  })

  it('limits the work for a hostile request', () => {
    const received = { ...sent, context: `alt=${'x&'.repeat(15_000)}` }
    for (let index = 0; index < 200; index++) Object.assign(received, { [`x_${index}`]: 'y' })
    const startedAt = process.cpuUsage()
    expect(explain('0'.repeat(40), received).cause).toBe('unknown')
    expect(explain('0'.repeat(40), { ...sent, context: 'x'.repeat(50_000_000) }).cause).toBe(
      'unknown',
    )
    expect(process.cpuUsage(startedAt).user).toBeLessThan(2_000_000)
  })
})
