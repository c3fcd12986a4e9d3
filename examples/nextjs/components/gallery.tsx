import { type ListedPhotos, listPhotos, MAX_PHOTOS, type Photo } from '../lib/list-photos'
import type { User } from '../lib/users'
import { CopyButton } from './copy-button'

/** Shows the photos of a user, as the media server lists them. */
export async function Gallery({ user }: { readonly user: User }) {
  const listed = await listPhotos(user)
  if (!listed.ok) return <Failure failure={listed} />
  if (listed.photos.length === 0) return <Empty />
  return (
    <>
      <ul className="gallery" aria-label="Photos, newest first">
        {listed.photos.map((photo) => (
          <PhotoCard key={photo.secureUrl} photo={photo} />
        ))}
      </ul>
      {listed.photos.length === MAX_PHOTOS && (
        <p className="more">At most {MAX_PHOTOS} photos are shown here.</p>
      )}
    </>
  )
}

function PhotoCard({ photo }: { readonly photo: Photo }) {
  const { publicId, secureUrl, width, height, bytes, format } = photo
  const name = publicId.slice(publicId.lastIndexOf('/') + 1)
  return (
    <li className="card">
      <a href={secureUrl}>
        <img
          src={thumbnailUrl(secureUrl, 1)}
          srcSet={`${thumbnailUrl(secureUrl, 1)} 1x, ${thumbnailUrl(secureUrl, 2)} 2x`}
          width={320}
          height={240}
          alt={`Open ${name} at full size`}
          loading="lazy"
        />
      </a>
      <div className="facts">
        <p className="id">{publicId}</p>
        <p className="size">
          {format} · {width} × {height} · {readableSize(bytes)}
        </p>
        <div className="address">
          <a href={secureUrl} title={secureUrl}>
            {secureUrl}
          </a>
          <CopyButton text={secureUrl} label={`Copy the address of ${name}`} />
        </div>
      </div>
    </li>
  )
}

function Empty() {
  return (
    <section className="notice empty" aria-labelledby="empty">
      <svg viewBox="0 0 72 56" width="72" height="56" aria-hidden="true">
        <rect x="6" y="10" width="42" height="32" rx="6" transform="rotate(-6 27 26)" />
        <rect x="24" y="14" width="42" height="32" rx="6" />
        <path d="M25 40l12-12 9 9 6-5 13 11" />
        <circle cx="53" cy="24" r="3.5" />
      </svg>
      <h2 id="empty">No photos yet</h2>
      <p>Press “Upload an Image” and drop one.</p>
    </section>
  )
}

function Failure({ failure }: { readonly failure: Exclude<ListedPhotos, { readonly ok: true }> }) {
  const { title, sentence } = wordsOf(failure)
  return (
    <section className="notice failure" role="alert">
      <h2>{title}</h2>
      <p>{sentence}</p>
      <pre>npm start</pre>
      <p>
        <a href="/">Try again</a>
      </p>
    </section>
  )
}

function wordsOf({ reason, detail }: Exclude<ListedPhotos, { readonly ok: true }>): {
  readonly title: string
  readonly sentence: string
} {
  switch (reason) {
    case 'unreachable':
      return {
        title: 'The media server does not answer',
        sentence: `Nothing answers at ${detail}. Start the server and this app at the top of the repository:`,
      }
    case 'refused':
      return {
        title: 'The media server does not list the photos',
        sentence: `It answered “${detail}”. If its data folder is new, this app has old keys. Restart both at the top of the repository:`,
      }
    case 'not-set-up':
      return {
        title: 'This app does not know its media server yet',
        sentence: `${detail} has no keys. This command at the top of the repository creates them:`,
      }
  }
}

/** Returns the URL of a thumbnail: 320 × 240 pixels times the density, cropped to 4:3. */
function thumbnailUrl(secureUrl: string, density: 1 | 2): string {
  return secureUrl.replace(
    '/image/upload/',
    `/image/upload/c_fill,h_${240 * density},w_${320 * density}/`,
  )
}

function readableSize(bytes: number): string {
  const isSmall = bytes < 1_000_000
  const amount = isSmall ? bytes / 1000 : bytes / 1_000_000
  return `${amount.toLocaleString('en', { maximumFractionDigits: isSmall ? 0 : 1 })} ${isSmall ? 'kB' : 'MB'}`
}
