/** The view's icons: one path in a box of 20 px, in the color of the text. @module */

import type { JSX } from 'preact'

const PATHS = {
  close: 'm5 5 10 10M15 5 5 15',
  minimize: 'M4.5 15h11',
  plus: 'M10 4v12M4 10h12',
  back: 'M12.5 4.5 7 10l5.5 5.5',
  done: 'm4.5 10.5 3.5 3.5 7.5-8',
  refused: 'M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0ZM5.1 5.1l9.8 9.8',
} as const

/** Name of a built-in icon. */
export type IconName = keyof typeof PATHS

type IconProps = { readonly className?: string } & (
  | { readonly name: IconName }
  /** Path data of an icon from a part. */
  | { readonly path: string }
)

/** Draws an icon. It is decoration, so it is hidden from assistive technology. */
export function Icon({ className, ...which }: IconProps): JSX.Element {
  return (
    <svg viewBox="0 0 20 20" aria-hidden="true" class={className}>
      <path d={'path' in which ? which.path : PATHS[which.name]} />
    </svg>
  )
}

/** Draws the illustration in the drop zone. */
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
