/** Formats file sizes for people. @module */

const UNITS: readonly string[] = ['B', 'KB', 'MB', 'GB', 'TB']

/** Formats bytes in decimal units, as file managers do: `527 KB`, `48.6 MB`, `20 MB`. */
export function formatBytes(bytes: number, language = 'en'): string {
  const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1)
  const value = bytes / 1000 ** power
  const digits = power > 1 ? 1 : 0
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value)
  return `${number} ${UNITS[power]}`
}
