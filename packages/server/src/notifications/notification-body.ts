/** What a notification says: the upload's answer, and who, when and why. @module */

import type { OutboxEvent } from '../catalog/catalog.js'

/** An asset as it was answered to the uploader. */
export type PresentAsset = (event: OutboxEvent) => Readonly<Record<string, unknown>>

/**
 * The body of an upload's notification.
 * @returns JSON text; its bytes are what is signed.
 */
export function notificationBody(
  event: OutboxEvent,
  asset: Readonly<Record<string, unknown>>,
): string {
  const { claims, keyId } = event.payload
  const triggeredAt = new Date(event.createdAt).toISOString()
  return JSON.stringify({
    notification_type: 'upload',
    timestamp: triggeredAt.replace(/\.\d+Z$/, '+00:00'),
    request_id: event.eventId,
    ...asset,
    ...(claims === undefined ? {} : { claims }),
    signature_key: keyId,
    notification_context: {
      triggered_at: triggeredAt,
      triggered_by: { source: 'api', id: keyId },
    },
  })
}
