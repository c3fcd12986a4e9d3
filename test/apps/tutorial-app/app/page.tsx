const PAGES = [
  '/app-router/official',
  '/app-router/changed-import',
  '/pages-router/official',
  '/pages-router/changed-import',
]

export default function Page() {
  return (
    <ul>
      {PAGES.map((path) => (
        <li key={path}>
          <a href={path}>{path}</a>
        </li>
      ))}
    </ul>
  )
}
