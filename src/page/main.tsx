import './strict-policy.ts';
import { render } from 'preact';
import {
  createInvitation,
  joinCall,
  openWallet,
  peekCall,
  prepareToJoin,
  probeRouters,
  readInvitation,
  readRegions,
} from '../client/index.ts';
import { App } from './app.tsx';
import { captureDevices } from './model/devices.ts';
import { KeptLink, KeptPasses, KeptRegion, RememberedName } from './model/kept-link.ts';
import { PageModel } from './model/page-model.ts';
import { Passes } from './model/passes.ts';
import { Regions } from './model/regions.ts';
import { fetchRegions, fetchRouterInfo } from './model/router-info.ts';

const passes = new Passes(new KeptPasses(localStorage), async () => (await fetchRouterInfo()).admission, openWallet);
const model = new PageModel({
  sdk: { createInvitation, readInvitation, joinCall, peekCall, prepareToJoin },
  address: {
    origin: location.origin,
    href: () => location.href,
    dropFragment: () => {
      history.replaceState(null, '', location.pathname + location.search);
    },
    go: (href) => {
      location.assign(href);
    },
  },
  kept: new KeptLink(sessionStorage),
  name: new RememberedName(localStorage),
  passes,
  regions: new Regions({
    fetchRouterInfo,
    fetchRegions,
    readRegions,
    probeRouters,
    kept: new KeptRegion(localStorage),
    nowMs: () => performance.now(),
  }),
  fetchRouterInfo,
  capture: captureDevices,
});

// A link pasted into the address bar of this very page does not load it anew.
addEventListener('hashchange', () => {
  model.open();
});
model.open();
void passes.prepare();

const root = document.getElementById('app');
if (root !== null) render(<App model={model} />, root);
