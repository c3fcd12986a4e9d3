/** Tests structured metadata with the official Node SDK: fields in the Admin API, and values of assets. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadOfficialSdk } from './official-sdk.js'
import {
  basic,
  FULL_KEY,
  formOf,
  type RunningServer,
  signed,
  startTestServer,
  UPLOAD_KEY,
} from './running-server.js'

const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const COLOURS = [
  { external_id: 'r', value: 'red' },
  { external_id: 'g', value: 'green' },
  { external_id: 'b', value: 'blue' },
]

let running: RunningServer
let cloudinary: ReturnType<typeof loadOfficialSdk>

beforeAll(async () => {
  running = await startTestServer()
  cloudinary = loadOfficialSdk(running.address)
  const fields = [
    { external_id: 'sku', label: 'SKU', type: 'string', validation: strlen(2, 5) },
    { external_id: 'count', label: 'Count', type: 'integer', validation: above(0) },
    { external_id: 'day', label: 'Day', type: 'date' },
    { external_id: 'colour', label: 'Colour', type: 'enum', datasource: { values: COLOURS } },
    { external_id: 'colours', label: 'Colours', type: 'set', datasource: { values: COLOURS } },
  ]
  for (const field of fields) await cloudinary.api.add_metadata_field(field)
})
afterAll(() => running.close())

const strlen = (min: number, max: number) => ({ type: 'strlen', min, max })
const above = (value: number | string) => ({ type: 'greater_than', value, equals: false })
const upload = (publicId: string, options = {}) =>
  cloudinary.uploader.upload(PIXEL, { public_id: publicId, ...options })
const metadataOf = async (publicId: string) => (await cloudinary.api.resource(publicId)).metadata
const admin = async (method: string, path: string, body: unknown, contentType?: string) => {
  const response = await fetch(`${running.address}/v1_1/testing/metadata_fields${path}`, {
    method,
    headers: { ...basic(FULL_KEY), 'content-type': contentType ?? 'application/json' },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  return { status: response.status, json: await response.json() }
}
const refused = (message: string | RegExp, status = 400) => ({
  error: {
    http_code: status,
    message: typeof message === 'string' ? message : expect.stringMatching(message),
  },
})

describe('a metadata field', () => {
  it('is created, read, listed, changed and deleted, and each answer has all its members', async () => {
    const created = await cloudinary.api.add_metadata_field({
      external_id: 'life',
      label: 'Life',
      type: 'string',
    })
    const whole = {
      type: 'string',
      external_id: 'life',
      label: 'Life',
      mandatory: false,
      default_value: null,
      validation: null,
      restrictions: { readonly_ui: false },
      default_disabled: false,
      allow_dynamic_list_values: false,
    }
    expect(created).toMatchObject(whole)
    expect(await cloudinary.api.metadata_field_by_field_id('life')).toMatchObject(whole)
    const changes = { label: 'Other', default_value: 'x', mandatory: true }
    const changed = { ...whole, ...changes }
    expect(await cloudinary.api.update_metadata_field('life', changes)).toMatchObject(changed)
    const { metadata_fields: listed } = await cloudinary.api.list_metadata_fields()
    expect(listed.at(-1)).toEqual(changed)
    expect(await cloudinary.api.delete_metadata_field('life')).toMatchObject({ message: 'ok' })
    const gone = cloudinary.api.metadata_field_by_field_id('life')
    await expect(gone).rejects.toMatchObject(refused(`External ID life doesn't exist`, 404))
    const again = cloudinary.api.add_metadata_field({ ...whole, label: 'Third' })
    await expect(again).rejects.toMatchObject(refused('external id life already exists'))
  })

  it('gets a generated id if none is sent, and loses its default if null is sent', async () => {
    const field = await cloudinary.api.add_metadata_field({
      label: 'Nameless',
      type: 'integer',
      default_value: 3,
    })
    expect(field).toMatchObject({
      external_id: expect.stringMatching(/^[a-z0-9]{20}$/),
      default_value: 3,
    })
    const unset = await admin('PUT', `/${field.external_id}`, { default_value: null })
    expect(unset.json.default_value).toBeNull()
    const form = await admin(
      'PUT',
      `/${field.external_id}`,
      'mandatory=true&default_value=5&label=Of+a+form',
      'application/x-www-form-urlencoded',
    )
    expect(form.json).toMatchObject({ mandatory: true, default_value: 5, label: 'Of a form' })
    await cloudinary.api.delete_metadata_field(field.external_id)
  })

  it.each([
    ['without a label', { type: 'string' }, /parameter - label$/],
    ['without a type', { label: 'x' }, /parameter - type$/],
    ['of another type', { label: 'x', type: 'object' }, /^type must be one of/],
    ['with a label that is taken', { label: 'SKU', type: 'string' }, /^label SKU already exists$/],
    ['with an id that is taken', { external_id: 'sku', label: 'x', type: 'date' }, /^external id/],
    [
      'with an id of invalid characters',
      { external_id: 'a|b', label: 'x', type: 'date' },
      /_id must/,
    ],
    ['with the id of a prototype', { external_id: '__proto__', label: 'x', type: 'date' }, /_id/],
    [
      'with a default of another type',
      { label: 'x', type: 'date', default_value: 'today' },
      /^default_value is invalid$/,
    ],
    [
      'with a default that its rule refuses',
      { label: 'x', type: 'integer', default_value: 0, validation: above(0) },
      /^default_value is invalid$/,
    ],
    [
      'mandatory without a default',
      { label: 'x', type: 'date', mandatory: true },
      /^default_value is required/,
    ],
    [
      'with a rule of another type',
      { label: 'x', type: 'string', validation: above(1) },
      /^validation must be/,
    ],
    [
      'with a rule that no value satisfies',
      { label: 'x', type: 'string', validation: strlen(3, 2) },
      /^validation strlen/,
    ],
    [
      'with no rules',
      { label: 'x', type: 'string', validation: { type: 'and', rules: [] } },
      /1 to 10 rules$/,
    ],
    [
      'with rules in rules',
      {
        label: 'x',
        type: 'string',
        validation: { type: 'and', rules: [{ type: 'and', rules: [strlen(1, 2)] }] },
      },
      /^validation must be/,
    ],
    ['as an enum without entries', { label: 'x', type: 'enum' }, /parameter - datasource$/],
    [
      'with entries on a text',
      { label: 'x', type: 'string', datasource: { values: COLOURS } },
      /^datasource is only for/,
    ],
    [
      'with a duplicate entry',
      { label: 'x', type: 'set', datasource: { values: [COLOURS[0], COLOURS[0]] } },
      /^datasource must not repeat an external_id$/,
    ],
    [
      'with an empty entry',
      { label: 'x', type: 'set', datasource: { values: [{ value: '' }] } },
      /must have a value of 1 to 255 characters in each entry$/,
    ],
    [
      'with an invalid boolean',
      { label: 'x', type: 'date', default_disabled: 'yes' },
      /must be true or false$/,
    ],
    [
      'with a default that is not an entry, even if values may be added',
      {
        ...{ label: 'x', type: 'enum', datasource: { values: COLOURS } },
        ...{ allow_dynamic_list_values: true, default_value: 'teal' },
      },
      /^default_value is invalid$/,
    ],
    [
      'with an invalid value of allow_dynamic_list_values',
      { label: 'x', type: 'enum', datasource: { values: [] }, allow_dynamic_list_values: 'yes' },
      /^allow_dynamic_list_values must be true or false$/,
    ],
  ])('is not created %s', async (_, field, message) => {
    const { status, json } = await admin('POST', '', field)
    expect({ status, message: json.error.message }).toEqual({
      status: 400,
      message: expect.stringMatching(message),
    })
  })

  it.each([
    ['a list', '[]', /not a JSON object$/],
    ['no JSON', '{', /not JSON$/],
    ['nothing', 'null', /not a JSON object$/],
  ])('is not created from %s', async (_, body, message) => {
    const { status, json } = await admin('POST', '', body)
    expect({ status, message: json.error.message }).toEqual({
      status: 400,
      message: expect.stringMatching(message),
    })
  })

  it('keeps its type and its id in every update', async () => {
    // The SDKs' own suites send the id and the type of other fields.
    const changes = { external_id: 'sku', type: 'integer', label: 'The day', mandatory: false }
    const day = { external_id: 'day', type: 'date', label: 'The day' }
    expect(await cloudinary.api.update_metadata_field('day', changes)).toMatchObject(day)
    expect(await cloudinary.api.metadata_field_by_field_id('day')).toMatchObject(day)
    expect(await cloudinary.api.metadata_field_by_field_id('sku')).toMatchObject({ label: 'SKU' })
    const { json: whole } = await admin('GET', '/day', undefined)
    expect((await admin('PUT', '/day', whole)).json).toEqual(whole)
    // Rules are checked against the field's own type.
    const rule = { type: 'integer', validation: strlen(1, 2) }
    await expect(cloudinary.api.update_metadata_field('day', rule)).rejects.toMatchObject(
      refused(/^validation must be/),
    )
    expect((await admin('PUT', '/none', { label: 'x' })).status).toBe(404)
  })

  it('needs a key with manage', async () => {
    for (const headers of [basic(UPLOAD_KEY), {}]) {
      const fields = `${running.address}/v1_1/testing/metadata_fields`
      const answers = await Promise.all([
        fetch(fields, { headers }),
        fetch(fields, { method: 'POST', headers, body: '{' }),
        fetch(`${fields}/sku`, { method: 'DELETE', headers }),
      ])
      expect(answers.map(({ status }) => status)).toEqual([401, 401, 401])
    }
  })
})

describe('the order of fields', () => {
  let server: RunningServer
  let sdk: ReturnType<typeof loadOfficialSdk>
  beforeAll(async () => {
    let now = Date.now()
    // Each field is created in another millisecond.
    server = await startTestServer({}, { now: () => now++ })
    sdk = loadOfficialSdk(server.address)
    for (const [id, label] of [
      ['m', 'banana'],
      ['z', 'Cherry'],
      ['a', 'apple'],
    ]) {
      await sdk.api.add_metadata_field({ external_id: id, label, type: 'string' })
    }
  })
  afterAll(() => server.close())

  const ids = (answer: { metadata_fields: readonly { external_id: string }[] }) =>
    answer.metadata_fields.map((field) => field.external_id).join('')

  it('is the order of creation until the fields are sorted, and then stays', async () => {
    expect(ids(await sdk.api.list_metadata_fields())).toBe('mza')
    for (const [by, direction, expected] of [
      ['label', 'asc', 'amz'],
      ['label', 'desc', 'zma'],
      ['external_id', undefined, 'amz'],
      ['external_id', 'desc', 'zma'],
      ['created_at', 'desc', 'azm'],
      ['created_at', 'asc', 'mza'],
      ['label', undefined, 'amz'],
    ]) {
      expect(ids(await sdk.api.reorder_metadata_fields(by, direction))).toBe(expected)
      expect(ids(await sdk.api.list_metadata_fields())).toBe(expected)
    }
    await sdk.api.update_metadata_field('a', { label: 'zucchini' })
    await sdk.api.add_metadata_field({ external_id: 'b', label: 'aardvark', type: 'date' })
    // Later fields and changes do not move the others.
    const listed = await sdk.api.list_metadata_fields()
    expect(ids(listed)).toBe('amzb')
    expect(listed.metadata_fields[0]).not.toHaveProperty('position')
  })

  it.each([
    ['without a criterion', undefined, 'asc', /^order_by must be one of label, external_id, cr/],
    ['by another criterion', 'type', 'asc', /^order_by must be one of/],
    ['by the name of a prototype', 'constructor', 'asc', /^order_by must be one of/],
    ['in another direction', 'label', 'up', /^direction must be asc or desc/],
  ])('is refused %s', async (_, by, direction, message) => {
    const before = ids(await sdk.api.list_metadata_fields())
    const order = sdk.api.reorder_metadata_fields(by, direction)
    await expect(order).rejects.toMatchObject(refused(message))
    expect(ids(await sdk.api.list_metadata_fields())).toBe(before)
  })

  it('does not hide a field named order', async () => {
    await sdk.api.add_metadata_field({ external_id: 'order', label: 'Order', type: 'string' })
    const changed = await sdk.api.update_metadata_field('order', { label: 'Order number' })
    expect(changed).toMatchObject({ external_id: 'order', label: 'Order number' })
    expect(await sdk.api.reorder_metadata_fields('label', 'asc')).toHaveProperty('metadata_fields')
  })
})

describe('entries of a field', () => {
  it('are sorted by value, and stay sorted', async () => {
    const values = ['banana', 'Cherry', 'apple', 'date'].map((value, index) => ({
      external_id: `e${index}`,
      value,
    }))
    const field = { external_id: 'fruit', label: 'Fruit', type: 'enum', datasource: { values } }
    await cloudinary.api.add_metadata_field(field)
    await cloudinary.api.delete_datasource_entries('fruit', ['e3'])
    const order = (...args: unknown[]) =>
      cloudinary.api.order_metadata_field_datasource('fruit', ...args)
    const valuesOf = (answer: { values: readonly { value: string }[] }) =>
      answer.values.map(({ value }) => value)
    const ascending = ['apple', 'banana', 'Cherry', 'date']
    expect(valuesOf(await order('value', 'asc'))).toEqual(ascending)
    expect(valuesOf(await order('value', 'desc'))).toEqual([...ascending].reverse())
    const answer = await order('value')
    expect(valuesOf(answer)).toEqual(ascending)
    // Deleted entries keep their place and stay deleted.
    expect(answer.values[3]).toEqual({ external_id: 'e3', value: 'date', state: 'inactive' })
    const { datasource } = await cloudinary.api.metadata_field_by_field_id('fruit')
    expect(datasource.values).toEqual(answer.values)
    for (const [by, direction, message] of [
      [undefined, 'asc', /^order_by must be value/],
      ['external_id', 'asc', /^order_by must be value/],
      ['value', 'down', /^direction must be asc or desc/],
    ]) {
      await expect(order(by, direction)).rejects.toMatchObject(refused(message as RegExp))
    }
    const none = cloudinary.api.order_metadata_field_datasource('none', 'value', 'asc')
    await expect(none).rejects.toMatchObject(refused(/^External ID none/, 404))
    const text = cloudinary.api.order_metadata_field_datasource('sku', 'value', 'asc')
    await expect(text).rejects.toMatchObject(refused('datasource is only for enum and set'))
  })

  it('are merged by their id, deleted and restored', async () => {
    const values = [
      { external_id: 'small', value: 'S' },
      { external_id: 'large', value: 'L' },
    ]
    await cloudinary.api.add_metadata_field({
      external_id: 'size',
      label: 'Size',
      type: 'enum',
      datasource: { values },
    })
    const merged = await cloudinary.api.update_metadata_field_datasource('size', {
      values: [
        { external_id: 'large', value: 'Large' },
        { external_id: 'medium', value: 'M' },
      ],
    })
    expect(merged.values).toEqual([
      { external_id: 'small', value: 'S', state: 'active' },
      { external_id: 'large', value: 'Large', state: 'active' },
      { external_id: 'medium', value: 'M', state: 'active' },
    ])
    const left = await cloudinary.api.delete_datasource_entries('size', ['small'])
    expect(left.values.map(({ external_id }: { external_id: string }) => external_id)).toEqual([
      'large',
      'medium',
    ])
    await expect(upload('sized', { metadata: { size: 'small' } })).rejects.toMatchObject({
      http_code: 400,
    })
    const back = await cloudinary.api.restore_metadata_field_datasource('size', ['small'])
    expect(back.values[0]).toEqual({ external_id: 'small', value: 'S', state: 'active' })
    expect((await upload('sized', { metadata: { size: 'small' } })).metadata).toEqual({
      size: 'small',
    })
  })

  it('cannot be deleted if one is the default or does not exist', async () => {
    const field = { external_id: 'fit', label: 'Fit', type: 'enum', default_value: 'r' }
    await cloudinary.api.add_metadata_field({ ...field, datasource: { values: COLOURS } })
    const gone = cloudinary.api.delete_datasource_entries('fit', ['r'])
    await expect(gone).rejects.toMatchObject(refused('default_value is invalid'))
    const unknown = cloudinary.api.delete_datasource_entries('fit', ['x'])
    await expect(unknown).rejects.toMatchObject(refused('datasource has no entries ["x"]'))
    await cloudinary.api.delete_metadata_field('fit')
  })
})

describe('a list with dynamic values', () => {
  const define = (id: string, type: string, more = {}) =>
    cloudinary.api.add_metadata_field({
      external_id: id,
      label: id,
      type,
      datasource: { values: COLOURS },
      allow_dynamic_list_values: true,
      ...more,
    })
  const entriesOf = async (id: string) =>
    (await cloudinary.api.metadata_field_by_field_id(id)).datasource.values
  const idsOf = async (id: string) =>
    (await entriesOf(id)).map(({ external_id }: { external_id: string }) => external_id)

  it('shows the option, which can be turned on and off', async () => {
    const flag = { allow_dynamic_list_values: true }
    expect(await define('opened', 'set')).toMatchObject(flag)
    const closed = { allow_dynamic_list_values: false }
    expect(await cloudinary.api.update_metadata_field('opened', closed)).toMatchObject(closed)
    const refusal = { http_code: 400, message: expect.stringMatching(/external ids of active/) }
    await expect(upload('closed', { metadata: { opened: ['teal'] } })).rejects.toMatchObject(
      refusal,
    )
    expect(await cloudinary.api.update_metadata_field('opened', flag)).toMatchObject(flag)
    expect(await cloudinary.api.update_metadata_field('opened', { label: 'O' })).toMatchObject(flag)
    expect((await upload('opened', { metadata: { opened: ['teal', 'r'] } })).metadata).toEqual({
      opened: ['teal', 'r'],
    })
    await cloudinary.api.delete_metadata_field('opened')
  })

  it('accepts an unknown value from every call, as an entry with that id and value', async () => {
    await define('open', 'enum')
    const set = async (publicId: string, value: string) => {
      await cloudinary.uploader.update_metadata({ open: value }, [publicId])
      return metadataOf(publicId)
    }
    const one = await upload('open/a', { metadata: { open: 'dark teal' } })
    expect(one.metadata).toEqual({ open: 'dark teal' })
    expect((await entriesOf('open')).at(-1)).toEqual({
      external_id: 'dark teal',
      value: 'dark teal',
      state: 'active',
    })
    expect(await set('open/a', 'pink')).toEqual({ open: 'pink' })
    const explicit = { type: 'upload', metadata: { open: 'grey' } }
    const edited = await cloudinary.uploader.explicit('open/a', explicit)
    expect(edited.metadata).toEqual({ open: 'grey' })
    const updated = await cloudinary.api.update('open/a', { metadata: 'open=white' })
    expect(updated.metadata).toEqual({ open: 'white' })
    // A known entry may be sent by its id or by its value.
    expect(await set('open/a', 'r')).toEqual({ open: 'r' })
    expect(await set('open/a', 'green')).toEqual({ open: 'g' })
    expect(await idsOf('open')).toEqual(['r', 'g', 'b', 'dark teal', 'pink', 'grey', 'white'])
    await cloudinary.api.delete_metadata_field('open')
  })

  it('adds no entry for a refused request or for a missing asset', async () => {
    await define('careful', 'enum')
    const before = await idsOf('careful')
    const metadata = { careful: 'new' }
    const wrong = { metadata: { ...metadata, count: 'many' } }
    await expect(upload('careful/a', wrong)).rejects.toMatchObject({ http_code: 400 })
    const junk = signed(FULL_KEY, { metadata: 'careful=new' })
    const file = { bytes: Buffer.from('no picture'), name: 'a.png' }
    expect((await running.post('image/upload', formOf(junk, file))).status).toBe(400)
    await cloudinary.uploader.update_metadata(metadata, ['careful/none'])
    const missing = cloudinary.uploader.explicit('careful/none', { type: 'upload', metadata })
    await expect(missing).rejects.toMatchObject({ http_code: 404 })
    expect(await idsOf('careful')).toEqual(before)
    await cloudinary.api.delete_metadata_field('careful')
  })

  it('neither restores a deleted entry nor accepts an invalid one', async () => {
    await define('strict', 'set')
    await cloudinary.api.delete_datasource_entries('strict', ['r'])
    for (const value of ['r', 'x'.repeat(256)]) {
      const sent = upload('strict/a', { metadata: { strict: [value] } })
      await expect(sent).rejects.toMatchObject({ http_code: 400 })
    }
    expect(await idsOf('strict')).toEqual(['r', 'g', 'b'])
    await cloudinary.api.delete_metadata_field('strict')
  })

  it('keeps all values of simultaneous requests', async () => {
    await define('busy', 'set', { datasource: { values: [] } })
    const values = ['one', 'two', 'three', 'four', 'five', 'six']
    await Promise.all(
      values.map((value) => upload(`busy/${value}`, { metadata: { busy: [value] } })),
    )
    expect((await idsOf('busy')).sort()).toEqual([...values].sort())
    await cloudinary.api.delete_metadata_field('busy')
  })
})

describe('metadata of an asset', () => {
  it('is returned in the type of its field, even if it was sent as text', async () => {
    const metadata = { sku: 'ab=|', count: 7, day: '2026-02-28', colour: 'r', colours: ['g', 'b'] }
    const uploaded = await upload('typed', { metadata })
    expect(uploaded.metadata).toEqual(metadata)
    expect(await metadataOf('typed')).toEqual(metadata)
    const listed = await cloudinary.api.resources({
      type: 'upload',
      prefix: 'typed',
      metadata: true,
    })
    expect(listed.resources[0].metadata).toEqual(metadata)
    const renamed = await cloudinary.uploader.rename('typed', 'typed', { metadata: true })
    expect(renamed.metadata).toEqual(metadata)
    expect(await cloudinary.uploader.rename('typed', 'typed')).not.toHaveProperty('metadata')
    const json = JSON.stringify({ count: 8, colours: ['r'], sku: null })
    const { json: explicit } = await running.post(
      'image/explicit',
      signed(FULL_KEY, { public_id: 'typed', metadata: json }),
    )
    expect(explicit.metadata).toEqual({
      count: 8,
      day: '2026-02-28',
      colour: 'r',
      colours: ['r'],
    })
  })

  it('accepts every spelling of a whole number', async () => {
    for (const [index, count] of ['7.0', '7e0', '0.7e1', '+7'].entries()) {
      const sent = upload(`spelled/${index}`, { metadata: `count=${count}` })
      if (count === '+7') await expect(sent).rejects.toMatchObject({ http_code: 400 })
      else expect((await sent).metadata).toEqual({ count: 7 })
    }
  })

  it('is set on several assets and cleared by an empty value; the answer lists the found assets', async () => {
    await upload('many/a', { metadata: { sku: 'old', count: 1 } })
    await upload('many/b')
    const names = ['many/b', 'many/none', 'many/a']
    const written = await cloudinary.uploader.update_metadata({ sku: '', count: 2 }, names)
    expect(written).toMatchObject({ public_ids: ['many/b', 'many/a'] })
    expect(await metadataOf('many/a')).toEqual({ count: 2 })
    expect(await metadataOf('many/b')).toEqual({ count: 2 })
  })

  it('of one asset is limited in size', async () => {
    const long = { external_id: 'notes', label: 'Notes', type: 'string' }
    await cloudinary.api.add_metadata_field(long)
    await cloudinary.api.add_metadata_field({ ...long, external_id: 'more', label: 'More' })
    await upload('sizes', { metadata: { notes: 'x'.repeat(4000) } })
    const more = cloudinary.uploader.update_metadata({ more: 'y'.repeat(4500) }, ['sizes'])
    await expect(more).rejects.toMatchObject({
      http_code: 400,
      message: 'metadata of sizes would be more than 8192 bytes: nothing was changed',
    })
    for (const id of ['notes', 'more']) await cloudinary.api.delete_metadata_field(id)
  })

  it('survives an overwrite field by field; tags do not', async () => {
    await upload('over', { metadata: { sku: 'one', count: 1 }, tags: 'x' })
    const over = await upload('over', { metadata: { count: 2 } })
    expect(over).toMatchObject({ overwritten: true, tags: [], metadata: { sku: 'one', count: 2 } })
  })

  it('starts with the defaults of fields, but not with disabled defaults', async () => {
    for (const [id, isDisabled] of [
      ['stock', false],
      ['quiet', true],
    ] as const) {
      // Sent without the SDK, which drops `default_disabled`.
      await admin('POST', '', {
        external_id: id,
        label: id,
        type: 'integer',
        mandatory: true,
        default_value: 1,
        default_disabled: isDisabled,
      })
    }
    expect((await upload('defaults')).metadata).toEqual({ stock: 1 })
    expect((await upload('sent', { metadata: { stock: 4 } })).metadata).toEqual({ stock: 4 })
    expect((await upload('sent')).metadata).toEqual({ stock: 4 })
    const cleared = cloudinary.uploader.update_metadata('stock=', ['sent'])
    await expect(cleared).rejects.toMatchObject({
      message: 'metadata stock is mandatory: it cannot be cleared',
    })
    for (const id of ['stock', 'quiet']) await cloudinary.api.delete_metadata_field(id)
    expect(await metadataOf('sent')).toBeUndefined()
  })

  it('loses values that are no longer valid if the request has clear_invalid', async () => {
    const field = { external_id: 'length', label: 'Length', type: 'string' }
    await cloudinary.api.add_metadata_field(field)
    for (const name of ['invalid/a', 'invalid/b', 'invalid/c']) {
      await upload(name, { metadata: { length: 'long text', count: 1 } })
    }
    await upload('invalid/d', { metadata: { length: 'x', count: 1 } })
    await cloudinary.api.update_metadata_field('length', { validation: strlen(1, 3) })
    const names = ['invalid/a', 'invalid/d']
    await cloudinary.uploader.update_metadata({ count: 2 }, ['invalid/a'])
    expect(await metadataOf('invalid/a')).toEqual({ length: 'long text', count: 2 })
    await cloudinary.uploader.update_metadata({ count: 3 }, names, { clear_invalid: true })
    expect(await metadataOf('invalid/a')).toEqual({ count: 3 })
    expect(await metadataOf('invalid/d')).toEqual({ length: 'x', count: 3 })
    await cloudinary.api.update('invalid/b', { clear_invalid: true })
    expect(await metadataOf('invalid/b')).toEqual({ count: 1 })
    const over = await upload('invalid/c', { clear_invalid: true })
    expect(over.metadata).toEqual({ count: 1 })
  })

  it('with an unknown id refuses the whole upload, and nothing is kept', async () => {
    const before = await running.kept()
    const unknown = upload('unknown', { metadata: { x: '1', constructor: 'y', sku: 'ok' } })
    await expect(unknown).rejects.toMatchObject({
      http_code: 400,
      message: 'Metadata External IDs do not exist: ["x","constructor"]',
    })
    expect(await running.kept()).toEqual(before)
  })

  it.each([
    ['too short a text', 'sku=a', /^metadata sku is invalid: it must be text that passes/],
    ['too long a text', 'sku=abcdef', /^metadata sku is invalid/],
    ['half a number', 'count=1.5', /it must be a whole number/],
    ['a number that its rule refuses', 'count=0', /greater_than/],
    ['a number past what is safe', 'count=9007199254740993', /whole number/],
    ['a day that is none', 'day=2026-02-30', /a date, YYYY-MM-DD$/],
    ['an entry that is none', 'colour=red', /external id of an active entry$/],
    ['a list with one that is none', 'colours=["r","x"]', /list of external ids/],
    ['a list of something else', 'colours=[{"a":1}]', /list of external ids/],
    ['no pairs', 'sku', /key=value pairs/],
    ['no JSON', '{"sku":', /must be JSON$/],
    ['too many bytes', `sku=${'x'.repeat(8192)}`, /at most 8192 bytes$/],
  ])('refuses %s', async (_, metadata, message) => {
    await upload('refusing')
    for (const [action, params] of [
      ['explicit', { public_id: 'refusing' }],
      ['metadata', { public_ids: 'refusing' }],
    ] as const) {
      const answer = await running.post(
        `image/${action}`,
        signed(FULL_KEY, { ...params, metadata } as Record<string, string>),
      )
      expect({ status: answer.status, message: answer.json.error.message }).toEqual({
        status: 400,
        message: expect.stringMatching(message),
      })
    }
  })

  it('is merged from preset and request, and checked when a preset is written', async () => {
    await cloudinary.api.create_upload_preset({
      name: 'described',
      unsigned: true,
      metadata: { sku: 'abc', count: 1 },
    })
    const read = await cloudinary.api.upload_preset('described')
    expect(read.settings.metadata).toEqual({ sku: 'abc', count: 1 })
    const bytes = Buffer.from(PIXEL.replace(/^.*,/, ''), 'base64')
    const form = formOf(
      { upload_preset: 'described', metadata: 'count=5|colours=["r"]' },
      { bytes, name: 'a.png', type: 'image/png' },
    )
    const { json } = await running.post('image/upload', form)
    expect(json.metadata).toEqual({ sku: 'abc', count: 5, colours: ['r'] })
    const wrong = cloudinary.api.create_upload_preset({ name: 'wrong', metadata: { none: '1' } })
    await expect(wrong).rejects.toMatchObject(
      refused('Metadata External IDs do not exist: ["none"]'),
    )
  })
})
