import { cookies } from 'next/headers'
import { Gallery } from '../components/gallery'
import { SignInForm } from '../components/sign-in-form'
import { UploadButton } from '../components/upload-button'
import { SESSION_COOKIE, userOfSession } from '../lib/users'
import { signOut } from './actions'

const ROUTES = {
  app: '/api/sign-cloudinary-params',
  pages: '/api/pages/sign-cloudinary-params',
} as const

interface PageProps {
  readonly searchParams: Promise<{ readonly router?: string | string[] }>
}

export default async function Page({ searchParams }: PageProps) {
  const user = userOfSession((await cookies()).get(SESSION_COOKIE)?.value)
  const router = (await searchParams).router === 'pages' ? 'pages' : 'app'
  return (
    <div className="page">
      <header className="top">
        <p className="brand">
          <Mark /> Countersign <span>example</span>
        </p>
        {user && (
          <form action={signOut} className="who">
            <span>
              <span className="words">Signed in as </span>
              <b>{user.name}</b>
            </span>
            <button type="submit" className="button">
              Sign out
            </button>
          </form>
        )}
      </header>

      <main>
        <div className="heading">
          <div>
            <h1>{user ? `${user.name}’s photos` : 'Photos'}</h1>
            <p id="upload-note">
              {user
                ? 'This app signs each upload, the media server checks the signature and keeps the file.'
                : 'Sign in to upload. The signing route answers 401 to everyone else.'}
            </p>
          </div>
          {user ? (
            <UploadButton signatureEndpoint={ROUTES[router]} />
          ) : (
            <button
              type="button"
              className="button primary"
              disabled
              aria-describedby="upload-note"
            >
              Upload an Image
            </button>
          )}
        </div>
        {user ? <Gallery user={user} /> : <SignInForm />}
      </main>

      <footer className="foot">
        <p>
          Signed by <code>{ROUTES[router]}</code> in the {router === 'app' ? 'App' : 'Pages'}{' '}
          Router.{' '}
          {router === 'app' ? (
            <a href="/?router=pages">Use the Pages Router instead</a>
          ) : (
            <a href="/">Use the App Router instead</a>
          )}
        </p>
      </footer>
    </div>
  )
}

function Mark() {
  return (
    <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true">
      <rect width="32" height="32" rx="9" className="mark" />
      <path d="M10.5 16.5l4 4 7.5-9" />
    </svg>
  )
}
