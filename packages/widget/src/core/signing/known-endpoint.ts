/** Caches a queue's facts about its signing endpoint: the discovery document and the signed-in user. @module */

import type { Discovery, UserTag } from './signing-client.js'

/** Milliseconds after which the endpoint must confirm the user before new files are sent. */
const USER_AGE_MS = 30_000

/** Dependencies of a {@link KnownEndpoint}. */
export interface EndpointHost {
  readonly ask: () => Promise<Discovery>
  /** Returns the time in milliseconds. */
  readonly now: () => number
  /** Called when the endpoint names another user than before. */
  readonly onOtherUser: () => void
}

/** The signing endpoint of one queue. Sends no request before the first call. */
export class KnownEndpoint {
  /** The discovery document; `undefined` before it has arrived, and for a route that only signs. */
  found: Extract<Discovery, { kind: 'countersign' }> | undefined
  /** Tag of the user who owns the queue's files; `undefined` until the endpoint has named a user. */
  userTag: UserTag
  readonly #host: EndpointHost
  #discovery: Promise<Discovery> | undefined
  #toldAt = 0

  constructor(host: EndpointHost) {
    this.#host = host
  }

  /** Fetches the discovery document once, and again after a failure or a change of user. Rejects if the endpoint is not usable. */
  discover(): Promise<Discovery> {
    if (this.#discovery) return this.#discovery
    const asking = this.#host.ask().then(
      (answer) => {
        // A request from before another user signed in describes the first user.
        if (this.#discovery !== asking || answer.kind === 'plain') return answer
        this.found = answer
        this.#tell(answer.userTag, answer)
        return answer
      },
      (error: unknown) => {
        if (this.#discovery === asking) this.#discovery = undefined
        throw error
      },
    )
    this.#discovery = asking
    return asking
  }

  /** Fetches the discovery document again if the user was last named over 30 seconds ago. Never rejects. */
  async confirmUser(): Promise<void> {
    if (this.userTag && this.#host.now() - this.#toldAt > USER_AGE_MS) this.#discovery = undefined
    // The upload itself reports problems of the endpoint.
    await this.discover().catch(() => undefined)
  }

  /** Takes over the tag of the user named in a signing answer. */
  tellUser(userTag: UserTag): void {
    this.#tell(userTag)
  }

  #tell(userTag: UserTag, found?: typeof this.found): void {
    if (userTag === undefined) return
    const before = this.userTag
    this.userTag = userTag
    this.#toldAt = this.#host.now()
    if (before === undefined || before === userTag) return
    // The presets and limits of the first user do not apply to the second.
    if (!found) this.#discovery = undefined
    this.found = found
    this.#host.onOtherUser()
  }
}
