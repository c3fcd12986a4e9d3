/** Components that are drawn again only if a prop has changed. @module */

import { Component, type ComponentType, createElement, type JSX } from 'preact'

/** Creates a component that compares its props one by one and skips equal ones. */
export function memo<Props extends object>(
  Inner: (props: Props) => JSX.Element,
): (props: Props) => JSX.Element {
  class Memo extends Component<Props> {
    override shouldComponentUpdate(next: Props): boolean {
      const names = Object.keys(next) as (keyof Props)[]
      return names.some((name) => next[name] !== this.props[name])
    }

    override render(): JSX.Element {
      return createElement(Inner as ComponentType<Props>, this.props as Props)
    }
  }
  return Memo as unknown as (props: Props) => JSX.Element
}
