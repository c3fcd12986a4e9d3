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
  it('contain the client class of the table, except the nonce, which the endpoint sets itself', () => {
    expect([...CLIENT_NAMES.map(toWireName), 'nonce'].sort()).toEqual(uploadNames('client'))
  })

  it('contain the server-only class of the table', () => {
    expect(SERVER_NAMES.map(toWireName).sort()).toEqual(uploadNames('server-only'))
  })

  it('are unchanged after conversion to wire names and back', () => {
    for (const name of [...CLIENT_NAMES, ...SERVER_NAMES])
      expect(fromWireName(toWireName(name))).toBe(name)
  })
})
