import { PARAMS, type RiskClass } from '@countersign/protocol/params'
import { describe, expect, it } from 'vitest'
import { CLIENT_NAMES, fromWireName, SERVER_NAMES, toWireName } from './param-names.js'

function uploadNames(risk: RiskClass): string[] {
  return [...PARAMS.values()]
    .filter((param) => param.risk === risk && param.actions.includes('upload'))
    .map((param) => param.name)
    .sort()
}

describe('names of a policy', () => {
  it('are the client class of the table, but for the nonce, which the endpoint sets itself', () => {
    expect([...CLIENT_NAMES.map(toWireName), 'nonce'].sort()).toEqual(uploadNames('client'))
  })

  it('are the server-only class of the table', () => {
    expect(SERVER_NAMES.map(toWireName).sort()).toEqual(uploadNames('server-only'))
  })

  it('go to the wire and back unchanged', () => {
    for (const name of [...CLIENT_NAMES, ...SERVER_NAMES])
      expect(fromWireName(toWireName(name))).toBe(name)
  })
})
