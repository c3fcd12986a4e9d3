/** Sets the umask of this process, so that commands create files for their owner only. @module */

/** Removes all access of group and others from new files. */
const PRIVATE = 0o077

let usersOwn: number | undefined

/** Sets the umask for the rest of the process. Keeps the user's own umask for {@link withUserUmask}. */
export function restrictUmask(): void {
  usersOwn ??= process.umask(PRIVATE)
}

/** Runs a write of source code under the user's own umask, because other users may build the app. */
export function withUserUmask<Result>(write: () => Result): Result {
  if (usersOwn === undefined) return write()
  process.umask(usersOwn)
  try {
    return write()
  } finally {
    process.umask(PRIVATE)
  }
}
