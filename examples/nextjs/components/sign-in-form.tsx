import { signIn } from '../app/actions'
import { USERS } from '../lib/users'

/** Shows one button for each demo user. */
export function SignInForm() {
  return (
    <section className="notice" aria-labelledby="sign-in">
      <h2 id="sign-in">Who is uploading?</h2>
      <p>Each user has a folder, and the signing route lets nobody write into another one.</p>
      <form action={signIn} className="choices">
        {USERS.map(({ id, name }) => (
          <button key={id} type="submit" name="user" value={id} className="button">
            Sign in as {name}
          </button>
        ))}
      </form>
    </section>
  )
}
