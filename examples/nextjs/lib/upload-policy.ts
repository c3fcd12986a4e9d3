/** Who may upload what: the one policy of both signing routes. @module */

import { force, type SignHandlerConfig } from '@countersign/endpoint'
import { type User, userOfRequest } from './users'

/** Signed-in users upload pictures into a folder of their own. */
export const uploadPolicy: SignHandlerConfig<User> = {
  authorize: userOfRequest,
  presets: {
    default: {
      limits: {
        accept: ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif'],
        maxBytes: 20_000_000,
      },
      params: (user) => ({ folder: force(`users/${user.id}`) }),
    },
  },
}
