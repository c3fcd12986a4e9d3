/** JSON objects of the protocol. @module */

/** A JSON object whose members have the protocol's names. */
export type WireObject = Record<string, unknown>
