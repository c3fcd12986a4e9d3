/** The policy of both signing routes: who may upload what. @module */

import { force, type SignHandlerConfig } from '@countersign/endpoint'
import { recordUpload } from './uploads'
import { type User, userOfRequest } from './users'

/** Lets signed-in users upload pictures into their own folder. The media server, not the page, reports each upload to the app. */
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
