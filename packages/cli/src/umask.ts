/** The umask of this process: every command makes files for its owner alone. @module */

/** Keeps everybody but the owner out of what this process makes. */
const PRIVATE = 0o077

let usersOwn: number | undefined

/** Sets the umask for the rest of the process; the user's own is kept for {@link withUserUmask}. */
export function restrictUmask(): void {
  usersOwn ??= process.umask(PRIVATE)
}

/** Runs a write of source code under the user's own umask: an app's files are for whoever builds the app. */
export function withUserUmask<Result>(write: () => Result): Result {
  if (usersOwn === undefined) return write()
  process.umask(usersOwn)
  try {
    return write()
  } finally {
    process.umask(PRIVATE)
  }
}
