/** Entry point of the signing endpoint: authorizes the caller, applies a preset's policy and signs all upload parameters. @module */

export { MediaError } from '@countersign/protocol/errors'
export type { Limits, ResourceType, Source } from '@countersign/protocol/limits'
export {
  type Anonymous,
  type AnonymousOptions,
  type AnonymousUser,
  anonymous,
} from './caller/anonymous.js'
export type { Authorize, Limit } from './caller/authorize-caller.js'
export {
  type Allowance,
  createMemoryLimiterStore,
  type LimitDecision,
  type LimiterStore,
} from './caller/memory-limiter-store.js'
export type { UserKey } from './caller/user-tag.js'
export type { Asset } from './completion/asset.js'
export type { OnUploaded, UploadEvent } from './completion/complete-upload.js'
export {
  createNotificationHandler,
  type NotificationHandler,
  type NotificationHandlerConfig,
} from './completion/notification-handler.js'
export type { Claims } from './completion/seal-claims.js'
export type { AuditEvent, RouteHandler } from './http/answer-call.js'
export type { Issue } from './http/error-answer.js'
export type { Logger } from './http/logger.js'
export type { Key } from './keys/keys-from-env.js'
export type { WebhookSecret } from './keys/webhook-secret.js'
export type { ClientName, ServerName } from './policy/param-names.js'
export type { Params, Preset, Target } from './policy/presets.js'
export type { CheckContext, Checked, Forced, Rule, RuleIssue, RuleValue } from './policy/rule.js'
export {
  type ClockOptions,
  clock,
  defaultTo,
  force,
  type IntegerOptions,
  integer,
  type ListOptions,
  list,
  oneOf,
  type TextOptions,
  text,
} from './policy/rules.js'
export {
  type SchemaIssue,
  type SchemaResult,
  type StandardSchema,
  schema,
} from './policy/schema.js'
export type { Discovery } from './signing/discovery.js'
export { createSignHandler, type SignHandler } from './signing/sign-handler.js'
export type { SignHandlerConfig } from './signing/sign-handler-config.js'
