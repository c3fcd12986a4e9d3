/**
 * Draws the charts of `docs/benchmarks.md` from `bench/results`, and writes the page's table.
 *
 *   node scripts/benchmark-charts.mjs    writes both; a test fails if they are out of date
 * @module
 */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isMain } from './is-main.mjs'
import { ROOT, readJson } from './repository.mjs'
import { syncTable } from './table-in-page.mjs'

const PAGE = 'docs/benchmarks.md'
const FOLDER = 'docs/images/benchmarks'
const COMMAND = 'node scripts/benchmark-charts.mjs'

/**
 * One bar of a chart.
 *
 * @typedef {object} Bar
 * @property {string} label
 * @property {number} value
 * @property {string} text Shown after the bar.
 * @property {boolean} [isOurs] True for our bars, which have the accent color.
 */

/**
 * @typedef {object} Chart
 * @property {string} file File name in `docs/images/benchmarks`.
 * @property {string} title
 * @property {string} axis Meaning of a bar's length.
 * @property {readonly Bar[]} bars
 */

/** @param {string} name */
function result(name) {
  return readJson(join(ROOT, 'bench', 'results', `${name}.json`))
}

/** @returns {Chart[]} */
export function charts() {
  const signing = result('signing')
  const upload = result('upload')
  const bytes = result('widget-bytes')
  return [
    {
      file: 'signing.svg',
      title: 'Signing ten parameters on one thread',
      axis: 'signatures per second',
      bars: signing.rows.map((/** @type {{ name: string, perSecond: number }} */ row) => ({
        label: row.name === 'ours' ? 'Countersign' : row.name,
        value: row.perSecond,
        text: row.perSecond.toLocaleString('en'),
        isOurs: row.name === 'ours',
      })),
    },
    {
      file: 'uploads.svg',
      title: 'Uploads, compared with a bare server that writes, hashes and syncs',
      axis: 'throughput; the bare server is 1',
      bars: [
        ['one request of 1 GiB', upload.large],
        ['the same in parts of 20 MB', upload.parts],
        ['20 KiB, 32 at once', upload.small],
      ].flatMap(([label, { ratioToFloor, floor, tus }]) => [
        {
          label: `Countersign, ${label}`,
          value: ratioToFloor,
          text: `${ratioToFloor}×`,
          isOurs: true,
        },
        {
          label: `@tus/server, ${label}`,
          value: tus / floor,
          text: `${(tus / floor).toFixed(2)}×`,
        },
      ]),
    },
    {
      file: 'widget.svg',
      title: 'Bytes of the widget, gzipped',
      axis: 'bytes',
      bars: [
        { label: 'headless core', value: bytes.core, text: kb(bytes.core), isOurs: true },
        { label: 'limit of the core', value: bytes.goals.core, text: kb(bytes.goals.core) },
        { label: 'first open', value: bytes.firstOpen, text: kb(bytes.firstOpen), isOurs: true },
        {
          label: 'limit of the first open',
          value: bytes.goals.firstOpen,
          text: kb(bytes.goals.firstOpen),
        },
      ],
    },
  ]
}

/** @returns {string[][]} */
export function rows() {
  const signing = result('signing')
  const upload = result('upload')
  const memory = result('upload-memory')
  const wall = result('widget-wall-time')
  const bytes = result('widget-bytes')
  const [ours, sdk] = signing.rows
  const catalog = result('catalog-size')
  /** @type {{ name: string, medianMs: number }[]} */
  const calls = catalog.calls
  const firstPage = calls[0] ?? { name: '', medianMs: Number.NaN }
  const slowest = calls.reduce((one, other) => (other.medianMs > one.medianMs ? other : one))
  const mib = (/** @type {number} */ value) => `${Math.round(value)} MiB`
  return [
    ['what', 'result', 'compared with', 'goal'],
    [
      'sign ten parameters, one thread',
      `${ours.perSecond.toLocaleString('en')}/s`,
      `${sdk.oursIsTimes}× the official SDK`,
      `${sdk.goal}×`,
    ],
    [
      'upload 1 GiB, durable, with MD5',
      `${mib(upload.large.ours)}/s`,
      `${upload.large.ratioToFloor}× a bare server that writes, hashes and then syncs the same`,
      '0.95×',
    ],
    [
      'the same in parts of 20 MB',
      `${mib(upload.parts.ours)}/s`,
      `${upload.parts.ratioToFloor}× that server`,
      '',
    ],
    [
      'memory of that upload, over idle',
      mib(upload.memory.ours),
      `${upload.memory.ratioToFloor}× that server's`,
      '',
    ],
    [
      'a hundred uploads of 100 MB at once, memory over idle',
      mib(memory.peakOverIdle),
      '',
      mib(memory.allowed),
    ],
    [
      'uploads of 20 KiB, durable, row committed, 32 at once',
      `${Math.round(upload.small.ours)}/s`,
      `${upload.small.ratioToFloor}× that server, which keeps no row; ${upload.small.ratioToTus}× \`@tus/server\`, which syncs nothing`,
      '0.5× and 1.5×',
    ],
    [
      `slowest list of assets or tags in a catalog of ${catalog.assets.toLocaleString('en')} assets, median`,
      `${slowest.medianMs} ms`,
      `${slowest.name}; the first page takes ${firstPage.medianMs} ms`,
      `${catalog.goalMs} ms`,
    ],
    [
      '20 pictures of 2 MB by the widget, from the drop to the last 200',
      `${wall.ratio}×`,
      'the time of bare requests that sign, too',
      `${wall.goal}×`,
    ],
    [
      'widget, all of the first open, gzip',
      kb(bytes.firstOpen),
      `its headless core ${kb(bytes.core)}`,
      `${kb(bytes.goals.firstOpen)} and ${kb(bytes.goals.core)}`,
    ],
  ]
}

/** @param {number} bytes */
function kb(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`
}

const WIDTH = 720
const LABELS = 300
const ROW = 30
const TOP = 58

/**
 * Draws a bar chart that is readable in light and dark pages.
 *
 * @param {Chart} chart
 * @returns {string}
 */
export function drawChart({ title, axis, bars }) {
  const most = Math.max(...bars.map(({ value }) => value))
  const room = WIDTH - LABELS - 110
  const height = TOP + bars.length * ROW + 12
  const drawn = bars.map(({ label, value, text, isOurs }, index) => {
    const y = TOP + index * ROW
    const width = Math.max(2, Math.round((value / most) * room))
    return `  <text class="label" x="${LABELS - 10}" y="${y + 15}">${escapeXml(label)}</text>
  <rect class="${isOurs ? 'ours' : 'other'}" x="${LABELS}" y="${y}" width="${width}" height="20" rx="3"/>
  <text class="value" x="${LABELS + width + 8}" y="${y + 15}">${escapeXml(text)}</text>`
  })
  const summary = bars.map(({ label, text }) => `${label}: ${text}`).join('; ')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="t d">
  <title id="t">${escapeXml(title)}</title>
  <desc id="d">${escapeXml(summary)}</desc>
  <style>
    text { font: 14px system-ui, sans-serif; fill: #1f2328 }
    .title { font-weight: 600; font-size: 16px }
    .axis { fill: #59636e }
    .label { text-anchor: end }
    .ours { fill: #2f6fde }
    .other { fill: #a9b1ba }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3 }
      .axis { fill: #9198a1 }
      .ours { fill: #6ea3ff }
      .other { fill: #59636e }
    }
  </style>
  <text class="title" x="12" y="22">${escapeXml(title)}</text>
  <text class="axis" x="12" y="42">${escapeXml(axis)}</text>
${drawn.join('\n')}
</svg>
`
}

/** @param {string} text */
function escapeXml(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}

/**
 * Returns the text of each chart by its path in the repository.
 *
 * @returns {Map<string, string>}
 */
export function chartFiles() {
  return new Map(charts().map((chart) => [`${FOLDER}/${chart.file}`, drawChart(chart)]))
}

/**
 * @param {{ writes: boolean }} options
 * @returns {string[]} One sentence if the page's table differs from the results.
 */
export function benchmarkTableProblems({ writes }) {
  return syncTable(PAGE, rows(), { command: COMMAND, writes })
}

if (isMain(import.meta.url)) {
  mkdirSync(join(ROOT, FOLDER), { recursive: true })
  for (const [path, text] of chartFiles()) writeFileSync(join(ROOT, path), text)
  benchmarkTableProblems({ writes: true })
}
