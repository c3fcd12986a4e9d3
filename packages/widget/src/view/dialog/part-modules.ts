/** The names that the view shares with its parts. The build reads from the imports below which module each name belongs to. @module */

import { Component, createElement, createRef, Fragment, h, render } from 'preact'
import { failureDetails } from '../../core/failures/failure.js'
import { checkType } from '../../core/files/check-file.js'
import { isUnfinished } from '../../core/queue/upload-state.js'
import { percentOf } from '../../options/upload-result.js'
import { Icon } from '../controls/icons.js'
import { lazy } from '../controls/lazy.js'
import { Notice } from '../controls/notice.js'
import { isDevelopment } from '../state/is-development.js'
import { openOptions, openSource, SOURCE_TITLES } from '../state/open-panel.js'
import { hasSources, shownSources } from '../state/shown-sources.js'
import { totalsOf } from '../state/totals.js'
import { addWords } from '../words/words.js'

/** Modules that the view passes to its parts. A part that imports another name of these modules does not build. */
export const shared: Readonly<Record<string, unknown>> = {
  Component,
  createElement,
  createRef,
  Fragment,
  h,
  render,
  checkType,
  failureDetails,
  isUnfinished,
  percentOf,
  Icon,
  isDevelopment,
  lazy,
  Notice,
  openOptions,
  openSource,
  SOURCE_TITLES,
  hasSources,
  shownSources,
  totalsOf,
  addWords,
}
