/** What the view shares with its parts, so that nothing is loaded twice and the first open is few files. @module */

import { Component, createElement, createRef, Fragment, h, render } from 'preact'
import { checkType } from '../core/check-file.js'
import { failureDetails } from '../core/failure.js'
import { isUnfinished } from '../core/upload-state.js'
import { percentOf } from '../upload-result.js'
import { Icon } from './icons.js'
import { isDevelopment } from './is-development.js'
import { lazy } from './lazy.js'
import { Notice } from './notice.js'
import { openOptions, openSource, SOURCE_TITLES } from './open-panel.js'
import { hasSources, shownSources } from './shown-sources.js'
import { totalsOf } from './totals.js'
import { addWords } from './words.js'

/** Module below `src` to those of its exports that parts use. A part that needs another one of them does not build. */
export const modules: Readonly<Record<string, object>> = {
  preact: { Component, createElement, createRef, Fragment, h, render },
  'core/index': { checkType, failureDetails, isUnfinished },
  'upload-result': { percentOf },
  'view/icons': { Icon },
  'view/is-development': { isDevelopment },
  'view/lazy': { lazy },
  'view/notice': { Notice },
  'view/open-panel': { openOptions, openSource, SOURCE_TITLES },
  'view/shown-sources': { hasSources, shownSources },
  'view/totals': { totalsOf },
  'view/words': { addWords },
}
