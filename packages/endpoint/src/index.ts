/** The signing endpoint of an app: authorise the caller, apply a policy, sign the whole parameter bag. @module */

export type { Limits, ResourceType, Source } from '@countersign/protocol/limits'
export {
  type Anonymous,
  type AnonymousOptions,
  type AnonymousUser,
  anonymous,
} from './anonymous.js'
export type { Authorize, Limit } from './authorize-caller.js'
export type { Issue } from './error-response.js'
export type { Key } from './keys-from-env.js'
export type { ClientName, ServerName } from './param-names.js'
export type { Params, Preset, Target } from './presets.js'
export type { LimitDecision } from './rate-limiter.js'
export {
  type CheckContext,
  type Checked,
  type ClockOptions,
  clock,
  type Forced,
  force,
  type ListOptions,
  list,
  oneOf,
  type Rule,
  type RuleIssue,
  type RuleValue,
  type TextOptions,
  text,
} from './rules.js'
export {
  createSignHandler,
  type RouteHandler,
  type SignHandler,
} from './sign-handler.js'
export type { AuditEvent, Logger, SignHandlerConfig } from './sign-handler-config.js'
