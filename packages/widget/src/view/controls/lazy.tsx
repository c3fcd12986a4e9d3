/** Components whose code comes when they are first drawn. @module */

import { Component, type ComponentType, h, type JSX } from 'preact'
import type { WidgetModel } from '../state/model.js'

/** The module of a part. */
export interface PartModule {
  /** Texts of the style sheets that it needs. */
  readonly sheets: readonly string[]
}

/** A function or a class that draws. */
type View<Props> = ComponentType<Props> | ((props: Props) => JSX.Element | null)

/**
 * A component that is loaded once, whoever draws it first.
 *
 * @param fallback Drawn until the code is there, and where it does not come.
 */
export function lazy<Module extends PartModule, Props extends { readonly model: WidgetModel }>(
  load: () => Promise<Module>,
  pick: (module: Module) => View<Props>,
  fallback?: (props: Props) => JSX.Element | null,
): (props: Props) => JSX.Element | null {
  let loaded: Module | undefined
  class Lazy extends Component<Props> {
    #isGone = false

    override componentDidMount(): void {
      if (loaded) return
      load().then(
        (module) => {
          loaded = module
          // All is drawn, as focus may have been on what was there before.
          if (!this.#isGone) this.props.model.set({})
        },
        // Another attempt the next time it is drawn.
        () => undefined,
      )
    }

    override componentWillUnmount(): void {
      this.#isGone = true
    }

    override render(props: Props): JSX.Element | null {
      if (!loaded) return fallback?.(props) ?? null
      for (const sheet of loaded.sheets) props.model.adopt(sheet)
      return h(pick(loaded) as ComponentType<Props>, props)
    }
  }
  return Lazy as unknown as (props: Props) => JSX.Element | null
}
