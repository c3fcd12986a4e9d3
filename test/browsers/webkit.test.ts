/** The core flows in WebKitGTK. */

import { ENGINES } from '../../scripts/find-engines.mjs'
import { testFlows } from './flows.js'
import { launchWebKit } from './webkit-engine.js'

const programs = await ENGINES.WebKitGTK.find()

testFlows('WebKitGTK', programs === null ? undefined : () => launchWebKit(programs))
