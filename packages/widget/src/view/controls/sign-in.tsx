/** Shows the link or button to sign in, if the page has set one. @module */

import type { MediaError } from '@countersign/protocol/errors'
import type { JSX } from 'preact'
import { failureDetails } from '../../core/failures/failure.js'
import type { UploadWidgetOptions } from '../../options/options.js'
import { enSignIn } from '../words/locales/en-sign-in.js'
import type { Texts } from '../words/texts.js'
import { addWords } from '../words/words.js'

addWords(enSignIn)

interface SignInProps {
  readonly error: MediaError
  readonly options: UploadWidgetOptions
  readonly texts: Texts
}

/** Shows a link or button to sign in after a 401. Shows nothing for other failures, or without `signInUrl` and `onSignIn`. */
export function SignIn({ error, options, texts }: SignInProps): JSX.Element | null {
  const { signInUrl, onSignIn } = options
  if (failureDetails(error).sentence !== 'session_ended') return null
  const words = texts.say('problem.sign_in')
  if (onSignIn) {
    return (
      <button class="btn" type="button" data-test="sign-in" onClick={() => onSignIn()}>
        {words}
      </button>
    )
  }
  if (!signInUrl) return null
  return (
    // Opens a new tab, because leaving the page would lose the chosen files.
    <a class="btn" href={signInUrl} target="_blank" rel="noopener" data-test="sign-in">
      {words}
    </a>
  )
}
