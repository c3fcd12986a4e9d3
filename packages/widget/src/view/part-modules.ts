/** The names that the view shares with its parts. The build reads from the imports below which module each name belongs to. @module */

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

/** Gives parts the same copy that the view uses. A part that imports another name of these modules does not build. */
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
