/** The view after all files are uploaded. @module */

import type { JSX } from 'preact'
import { Notice } from '../controls/notice.js'
import type { WidgetModel } from '../state/model.js'
import { FileName } from './file-name.js'
import { memo } from './memo.js'
import { type ItemProps, Removable, type Removal } from './removal.js'
import { Thumbnail } from './thumbnail.js'

/** Draws every file as a tile. */
export function FinishedView({ model }: { model: WidgetModel }): JSX.Element {
  const { host, announcer, texts } = model
  return (
    <>
      <hr />
      <Notice model={model} />
      <ul class="grid" part="queue" aria-label={texts.say('queue.list')}>
        {model.items.map((item) => (
          <Tile key={item.id} item={item} host={host} announcer={announcer} texts={texts} />
        ))}
      </ul>
    </>
  )
}

const Tile: (props: ItemProps) => JSX.Element = memo(function Tile(props: ItemProps) {
  return <Removable {...props} draw={(removal) => drawTile(props, removal)} />
})

function drawTile({ item, host }: ItemProps, { problem, remove, button }: Removal): JSX.Element {
  const { file } = item
  return (
    <li
      class="tile"
      part="item"
      data-state={problem ? 'failed' : 'done'}
      onKeyDown={(event) => {
        if (event.key === 'Delete') remove(event.currentTarget)
      }}
    >
      <div class="shot" part="thumb" aria-hidden="true">
        <Thumbnail file={file} host={host} boxPx={160} />
      </div>
      {button()}
      <FileName name={file.name} />
      {problem ? (
        <p class="hint error" part="status">
          {problem}
        </p>
      ) : null}
    </li>
  )
}
