/** The signing endpoint of an app: authorise the caller, apply a policy, sign the whole parameter bag. @module */

export { MediaError } from '@countersign/protocol/errors'
export type { Limits, ResourceType, Source } from '@countersign/protocol/limits'
export {
  type Anonymous,
  type AnonymousOptions,
  type AnonymousUser,
  anonymous,
} from './anonymous.js'
export type { AuditEvent, RouteHandler } from './answer-call.js'
export type { Asset } from './asset.js'
export type { Authorize, Limit } from './authorize-caller.js'
export type { OnUploaded, UploadEvent } from './complete-upload.js'
export type { Discovery } from './discovery.js'
export type { Issue } from './error-answer.js'
export type { Key } from './keys-from-env.js'
export type { Logger } from './logger.js'
export {
  type Allowance,
  createMemoryLimiterStore,
  type LimitDecision,
  type LimiterStore,
} from './memory-limiter-store.js'
export {
  createNotificationHandler,
  type NotificationHandler,
  type NotificationHandlerConfig,
} from './notification-handler.js'
export type { ClientName, ServerName } from './param-names.js'
export type { Params, Preset, Target } from './presets.js'
export type { CheckContext, Checked, Forced, Rule, RuleIssue, RuleValue } from './rule.js'
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
} from './rules.js'
export { type SchemaIssue, type SchemaResult, type StandardSchema, schema } from './schema.js'
export type { Claims } from './seal-claims.js'
export { createSignHandler, type SignHandler } from './sign-handler.js'
export type { SignHandlerConfig } from './sign-handler-config.js'
export type { UserKey } from './user-tag.js'
export type { WebhookSecret } from './webhook-secret.js'
