/** Signs and verifies delivery URLs and auth tokens, and parses delivery paths. @module */

export {
  AUTH_TOKEN_NAME,
  type AuthTokenOptions,
  createAuthToken,
  type VerifiedAuthToken,
  type VerifyAuthTokenOptions,
  verifyAuthToken,
} from './auth-token.js'
export { type DeliveryType, type DeliveryUrl, parseDeliveryUrl } from './parse-url.js'
export { type SignDeliveryOptions, signDelivery } from './sign-url.js'
export { type VerifiedDelivery, type VerifyDeliveryOptions, verifyDelivery } from './verify-url.js'
