/** The core flows in Chromium. */

import { ENGINES } from '../../scripts/find-engines.mjs'
import { testFlows } from './flows.js'
import { launchChromium } from './puppeteer-engine.js'

const programs = await ENGINES.Chromium.find()

testFlows('Chromium', programs === null ? undefined : () => launchChromium(programs))
