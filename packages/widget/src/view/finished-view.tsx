/** The view when all went well: every file as a tile. @module */

import type { JSX } from 'preact'
import { FileName } from './file-name.js'
import type { WidgetModel } from './model.js'
import { Notice } from './notice.js'
import { Thumbnail } from './thumbnail.js'

/** Every file as a tile. */
export function FinishedView({ model }: { model: WidgetModel }): JSX.Element {
  const texts = model.texts
  return (
    <>
      <hr />
      <Notice model={model} />
      <ul class="grid" part="queue" aria-label={texts.say('queue.list')}>
        {model.items.map(({ id, file }) => (
          <li key={id} class="tile" part="item" data-state="done">
            <div class="shot" part="thumb" aria-hidden="true">
              <Thumbnail file={file} host={model.host} boxPx={160} />
            </div>
            <FileName name={file.name} />
          </li>
        ))}
      </ul>
    </>
  )
}
