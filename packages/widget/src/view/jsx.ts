/** What JSX becomes in the bundles: smaller than the automatic runtime. @module */

export { Fragment, h } from 'preact'
