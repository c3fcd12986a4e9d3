/** Components whose code loads when they are first drawn. @module */

import { Component, type ComponentType, h, type JSX } from 'preact'
import type { WidgetModel } from '../state/model.js'

/** Module of a part. */
export interface PartModule {
  /** Texts of the part's style sheets. */
  readonly sheets: readonly string[]
}

/** A Preact component, as a function or as a class. */
type View<Props> = ComponentType<Props> | ((props: Props) => JSX.Element | null)

/**
 * Creates a component whose module is loaded once, at the first draw of any instance.
 *
 * @param fallback Draws a placeholder while the module loads, and if loading fails.
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
          // Draws the whole view, because the placeholder may have had the focus.
          if (!this.#isGone) this.props.model.set({})
        },
        // Mounting the component again tries again.
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
