/**
 * Requests that a route must not sign for a browser, and what an attacker gains from each
 * signature. @module
 */

/** Additional parameters of a dangerous request. */
export interface DangerousRequest {
  /** The request in a few words. */
  readonly title: string
  /** What an attacker gains from the signature. */
  readonly gives: string
  readonly params: Readonly<Record<string, unknown>>
}

// The name cannot be an asset of the app. The signatures are only counted and never used.
const VICTIM = 'countersign-doctor/not-an-asset'
// `.invalid` never resolves (RFC 2606).
const ELSEWHERE = 'https://countersign-doctor.invalid/'

/** All dangerous requests. A route must refuse each. */
export const DANGEROUS_REQUESTS: readonly DangerousRequest[] = [
  {
    title: 'public_id',
    gives: 'replaces and deletes that asset, since destroy signs the same text',
    params: { public_id: VICTIM },
  },
  {
    title: 'public_id with overwrite',
    gives: 'replaces an asset',
    params: { public_id: VICTIM, overwrite: 'true', invalidate: 'true' },
  },
  { title: 'overwrite', gives: 'replaces what has the name', params: { overwrite: 'true' } },
  {
    title: 'from_public_id',
    gives: 'renames anybody’s asset',
    params: { from_public_id: VICTIM, to_public_id: `${VICTIM}-2` },
  },
  {
    title: 'public_ids with command',
    gives: 'changes tags and context of anybody’s assets',
    params: { command: 'replace', public_ids: VICTIM, tag: 'doctor' },
  },
  {
    title: 'expires_at',
    gives: 'a private download link of an original',
    params: { public_id: VICTIM, format: 'jpg', expires_at: '4102444800' },
  },
  { title: 'type', gives: 'another delivery type', params: { type: 'authenticated' } },
  {
    title: 'access_control',
    gives: 'changes who may see the upload',
    params: { access_control: '[{"access_type":"anonymous"}]' },
  },
  {
    title: 'notification_url',
    gives: 'makes the server call that address',
    params: { notification_url: ELSEWHERE },
  },
  {
    title: 'eager_notification_url',
    gives: 'makes the server call that address',
    params: { eager_notification_url: ELSEWHERE },
  },
  { title: 'eval', gives: 'runs an expression on the server', params: { eval: 'upload_options' } },
  {
    title: 'on_success',
    gives: 'runs an expression on the server',
    params: { on_success: 'current_asset.update({tags: ["doctor"]})' },
  },
  {
    title: 'eager',
    gives: 'makes the server work for as long as it is told to',
    params: { eager: 'w_9999|w_9998|w_9997' },
  },
  { title: 'proxy', gives: 'sends the server through another host', params: { proxy: ELSEWHERE } },
  {
    title: 'upload_preset',
    gives: 'a preset of the caller’s choice',
    params: { upload_preset: 'countersign-doctor-unknown' },
  },
  {
    title: 'a name that holds a transformation',
    gives: 'a delivery signature of a protected asset',
    params: { 'l_text:Arial_10:a': 'b/foo.jpg' },
  },
  {
    title: 'a name that holds JSON',
    gives: 'a forged notification to your own app',
    params: { '{"notification_type":"upload","note":"a': 'b"}1700000000' },
  },
  {
    title: 'a name that holds "="',
    gives: 'smuggles notification_url past a list of forbidden names',
    params: { [`notification_url=${ELSEWHERE}?`]: 'x' },
  },
  {
    title: 'an object as value',
    gives: 'a signature over "[object Object]", which fits every object',
    params: { context: { doctor: 'x' } },
  },
]
