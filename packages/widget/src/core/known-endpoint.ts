/** What a queue knows of its signing endpoint: the discovery document, and for which user the endpoint answers. @module */

import type { Discovery, UserTag } from './signing-client.js'

/** Files that are added later than this after the endpoint last named the user wait until it names the user again. */
const USER_AGE_MS = 30_000

/** What the endpoint of one queue is asked with. */
export interface EndpointHost {
  readonly ask: () => Promise<Discovery>
  /** The time in milliseconds. */
  readonly now: () => number
  /** Called when the endpoint names another user than before. */
  readonly onOtherUser: () => void
}

/** The endpoint of one queue. Nothing is asked before the first call. */
export class KnownEndpoint {
  /** The discovery document; `undefined` before it is there, and for a route that only signs. */
  found: Extract<Discovery, { kind: 'countersign' }> | undefined
  /** Whose files the queue holds; `undefined` while the endpoint has named nobody. */
  userTag: UserTag
  readonly #host: EndpointHost
  #discovery: Promise<Discovery> | undefined
  #toldAt = 0

  constructor(host: EndpointHost) {
    this.#host = host
  }

  /** Asks the endpoint once, and again after a failure or when another user has signed in. Rejects where it cannot be used. */
  discover(): Promise<Discovery> {
    if (this.#discovery) return this.#discovery
    const asking = this.#host.ask().then(
      (answer) => {
        // Asked before another user signed in, the answer is about the first one.
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

  /** Asks again where the user was named long ago. Never rejects. */
  async confirmUser(): Promise<void> {
    if (this.userTag && this.#host.now() - this.#toldAt > USER_AGE_MS) this.#discovery = undefined
    // What is wrong with the endpoint is said by the upload itself.
    await this.discover().catch(() => undefined)
  }

  /** Takes in for whom a signature was made. */
  tellUser(userTag: UserTag): void {
    this.#tell(userTag)
  }

  #tell(userTag: UserTag, found?: typeof this.found): void {
    if (userTag === undefined) return
    const before = this.userTag
    this.userTag = userTag
    this.#toldAt = this.#host.now()
    if (before === undefined || before === userTag) return
    // The presets and limits of the first user are not the second one's.
    if (!found) this.#discovery = undefined
    this.found = found
    this.#host.onOtherUser()
  }
}
