/** The lists of sources: a row below the drop zone, a list on phones, and a menu above Add more. @module */

import type { JSX } from 'preact'
import type { UploadSource } from '../../options/source.js'
import { Icon } from '../controls/icons.js'
import type { PickFiles, PickKind } from '../files/pick-files.js'
import type { WidgetModel } from '../state/model.js'
import { openSource, SOURCE_TITLES } from '../state/open-panel.js'
import { type OwnSource, shownSources } from '../state/shown-sources.js'
import type { TextKey } from '../words/texts.js'
import { SOURCE_ICONS } from './source-icons.js'
import sheet from './source-list.css'

/** Style sheets of this part. */
export const sheets: readonly string[] = [sheet]

/** Maximum number of sources in the row. The others are in the menu More. */
const MAX_IN_ROW = 4

interface SourcesProps {
  readonly model: WidgetModel
  readonly pick: PickFiles
}

/** A source in a list. */
interface Way {
  readonly name: string
  readonly title: string
  readonly icon: string
  readonly take: () => void
}

/** Draws the sources in a row below the drop zone. */
export function SourceRow({ model, pick }: SourcesProps): JSX.Element {
  const ways = waysOf(model)
  const isLong = ways.length > MAX_IN_ROW
  const { isMenuOpen } = model
  return (
    <>
      <div class="sources" part="sources">
        {(isLong ? ways.slice(0, MAX_IN_ROW) : ways).map((way) => (
          <WayButton key={way.name} way={way} />
        ))}
        {isLong ? (
          <button
            class="btn"
            type="button"
            part="source"
            data-test="more-sources"
            aria-haspopup="menu"
            aria-expanded={isMenuOpen}
            onClick={() => model.set({ isMenuOpen: !isMenuOpen })}
          >
            <Icon path={SOURCE_ICONS.more} />
            {model.texts.say('menu.more')}
          </button>
        ) : null}
      </div>
      {isLong && isMenuOpen ? <SourceMenu model={model} pick={pick} /> : null}
    </>
  )
}

/** Draws the menu of all sources, the person's device first. */
export function SourceMenu({ model, pick }: SourcesProps): JSX.Element {
  const device: Way = {
    name: 'local',
    title: model.texts.say('menu.device'),
    icon: SOURCE_ICONS.folder,
    take: () => {
      model.set({ isMenuOpen: false })
      pick('files')
    },
  }
  return (
    <div
      class="menu ways"
      part="menu"
      role="menu"
      tabIndex={-1}
      ref={focusFirst}
      aria-label={model.texts.say('menu.title')}
      onKeyDown={(event) => moveInMenu(event, () => model.set({ isMenuOpen: false }))}
    >
      {[device, ...waysOf(model)].map((way) => (
        <WayButton key={way.name} way={way} role="menuitem" />
      ))}
    </div>
  )
}

/** Draws the list of sources on phones, where people add photos from the library or the camera. */
export function PhoneWays({ model, pick }: SourcesProps): JSX.Element {
  const { texts } = model
  const own: readonly (readonly [PickKind, string, TextKey])[] = [
    ['library', SOURCE_ICONS.library, 'local.library'],
    ['camera', SOURCE_ICONS.camera, 'local.camera'],
    ['files', SOURCE_ICONS.folder, 'local.files'],
  ]
  const device = own.map(([kind, icon, key]) => ({
    name: kind === 'files' ? 'browse' : kind,
    title: texts.say(key),
    icon,
    take: () => pick(kind),
  }))
  // The phone's own camera app is better than the camera source.
  const others = waysOf(model).filter(({ name }) => name !== 'camera' && name !== 'screen')
  return (
    <div class="ways" part="sources">
      {[...device, ...others].map((way) => (
        <WayButton key={way.name} way={way} />
      ))}
    </div>
  )
}

function WayButton({ way, role }: { way: Way; role?: 'menuitem' }): JSX.Element {
  return (
    <button
      class="btn"
      type="button"
      part="source"
      data-test={way.name}
      {...(role ? { role } : {})}
      onClick={way.take}
    >
      <Icon path={way.icon} />
      {way.title}
    </button>
  )
}

function waysOf(model: WidgetModel): Way[] {
  return shownSources(model.options).map((source) => ({
    ...(typeof source === 'string' ? ownWay(source, model) : appWay(source)),
    take: () => openSource(model, source),
  }))
}

function ownWay(name: OwnSource, { texts }: WidgetModel): Omit<Way, 'take'> {
  const icon = name === 'url' ? SOURCE_ICONS.link : SOURCE_ICONS[name]
  return { name, title: texts.say(SOURCE_TITLES[name]), icon }
}

function appWay({ name, title, icon = SOURCE_ICONS.other }: UploadSource): Omit<Way, 'take'> {
  return { name, title, icon }
}

function focusFirst(menu: HTMLElement | null): void {
  if (menu && !menu.contains((menu.getRootNode() as ShadowRoot).activeElement)) {
    menu.querySelector('button')?.focus()
  }
}

function moveInMenu(
  event: KeyboardEvent & { currentTarget: HTMLElement },
  close: () => void,
): void {
  const items = [...event.currentTarget.querySelectorAll('button')]
  const at = items.findIndex((item) => item.matches(':focus'))
  const next = nextItem(event.key, items, at)
  if (event.key === 'Tab') close()
  if (!next) return
  event.preventDefault()
  next.focus()
}

function nextItem(
  key: string,
  items: readonly HTMLButtonElement[],
  at: number,
): HTMLButtonElement | undefined {
  if (key === 'ArrowDown') return items[(at + 1) % items.length]
  if (key === 'ArrowUp') return items.at(at - 1)
  if (key === 'Home') return items[0]
  if (key === 'End') return items.at(-1)
  if (key.length !== 1) return undefined
  const rest = [...items.slice(at + 1), ...items.slice(0, at + 1)]
  return rest.find((item) => item.textContent?.toLowerCase().startsWith(key.toLowerCase()))
}
