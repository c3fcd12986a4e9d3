/** The icons: 20 px box, one path, the colour of the text. @module */

import type { JSX } from 'preact'

const PATHS = {
  close: 'm5 5 10 10M15 5 5 15',
  minimize: 'M4.5 15h11',
  expand: 'm4.5 12.5 5.5-5.5 5.5 5.5',
  plus: 'M10 4v12M4 10h12',
  retry: 'M16 4.5v4h-4M15.6 8.5A6 6 0 1 0 16 11',
  spinner: 'M10 3a7 7 0 1 1-7 7',
  done: 'm4.5 10.5 3.5 3.5 7.5-8',
  failed: 'M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0ZM10 6.5v4M10 13.5v0',
  refused: 'M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0ZM5.1 5.1l9.8 9.8',
  file: 'M5 3h6.5L15 6.5V17H5ZM11 3v4h4',
  video: 'M3 5h14v10H3ZM8.5 7.5v5l4-2.5Z',
  plug: 'M7 3v4M13 3v4M5 7h10v2.5a5 5 0 0 1-10 0ZM10 14.5V17',
  library: 'M3 4.5h14v11H3ZM3 13l4-4 6.5 6.5M11 13l2-2 4 4M13 8v0',
  camera:
    'M3 7.5A1.5 1.5 0 0 1 4.5 6h2L8 4h4l1.5 2h2A1.5 1.5 0 0 1 17 7.5V14a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 3 14ZM12.5 10.5a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0Z',
  folder:
    'M3 6.5A1.5 1.5 0 0 1 4.5 5h3l2 2h6A1.5 1.5 0 0 1 17 8.5V14a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 3 14Z',
} as const

/** Name of one icon. */
export type IconName = keyof typeof PATHS

/** One icon; decoration, so it is hidden from assistive technology. */
export function Icon({ name, className }: { name: IconName; className?: string }): JSX.Element {
  return (
    <svg viewBox="0 0 20 20" aria-hidden="true" class={className}>
      <path d={PATHS[name]} />
    </svg>
  )
}

/** The drawing in the drop zone. */
export function DropArt(): JSX.Element {
  return (
    <svg class="art" viewBox="0 0 88 66" aria-hidden="true">
      <g class="back">
        <rect x="14" y="17" width="42" height="33" rx="5" transform="rotate(-9 35 33)" />
      </g>
      <g class="front">
        <g transform="rotate(5 52 31)">
          <rect x="29" y="12" width="46" height="36" rx="5" />
          <path d="m29.5 42 11-11 9 9 6-6 19 11M66 22a3 3 0 1 1-6 0 3 3 0 0 1 6 0Z" fill="none" />
        </g>
      </g>
      <circle class="dot" cx="71" cy="50" r="13" />
      <path class="up" d="M71 56V44.5m-5 5 5-5 5 5" />
    </svg>
  )
}
