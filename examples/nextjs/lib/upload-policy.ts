/** Who may upload what: the one policy of both signing routes. @module */

import { force, type SignHandlerConfig } from '@countersign/endpoint'
import { recordUpload } from './uploads'
import { type User, userOfRequest } from './users'

/** Signed-in users upload pictures into a folder of their own; the app hears of each from the server, not from the page. */
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
  claims: (user) => ({ userId: user.id }),
  onUploaded: (asset, claims, event) => recordUpload(asset, claims?.userId, event.id),
}
