/** Stops with a clear message if Node is too old. Import this module first. @module */

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
// The range of `engines` in package.json: versions that can load an ES module with `require`.
const isSupported = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22
if (!isSupported) {
  console.error(
    `Countersign needs Node 20.19, 22.12 or newer; this is Node ${process.versions.node}.`,
  )
  process.exit(1)
}
