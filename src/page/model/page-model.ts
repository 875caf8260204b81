import { signal } from '@preact/signals';
import {
  CallError,
  type createInvitation,
  type Invitation,
  type joinCall,
  type peekCall,
  type prepareToJoin,
  type readInvitation,
  type RouterInfo,
} from '../../client/index.ts';
import { maxCameras } from '../layout/pages.ts';
import { asFailure, type FailureCode } from '../words/failures.ts';
import { clipName } from '../words/people.ts';
import { CallModel } from './call-model.ts';
import type { Capture } from './devices.ts';
import type { KeptLink, RememberedName } from './kept-link.ts';
import { Lobby } from './lobby.ts';
import { LookInside } from './look-inside.ts';
import type { Passes } from './passes.ts';
import type { Regions } from './regions.ts';

/** What fills the page. */
export type Screen =
  | { readonly at: 'landing' }
  | { readonly at: 'lobby'; readonly lobby: Lobby }
  | { readonly at: 'connecting'; readonly lobby: Lobby }
  | { readonly at: 'call'; readonly call: CallModel }
  /** `again`: how to come back, for a short time after a slip of the finger. */
  | { readonly at: 'left'; readonly again: Invitation | undefined }
  | { readonly at: 'ended' }
  | { readonly at: 'failure'; readonly code: FailureCode; readonly again: Invitation | undefined };

/** How long "join again" is offered after leaving, in ms; then the page forgets the invitation. */
const undoMs = 30_000;

/** The world outside the page's own state. */
export interface PageServices {
  readonly sdk: {
    readonly createInvitation: typeof createInvitation;
    readonly readInvitation: typeof readInvitation;
    readonly joinCall: typeof joinCall;
    readonly peekCall: typeof peekCall;
    readonly prepareToJoin: typeof prepareToJoin;
  };
  /** The address bar: read, cleared of what follows the `#`, and sent elsewhere. */
  readonly address: { readonly origin: string; href(): string; dropFragment(): void; go(href: string): void };
  readonly kept: KeptLink;
  readonly name: RememberedName;
  readonly passes: Passes;
  readonly regions: Regions;
  readonly fetchRouterInfo: () => Promise<RouterInfo>;
  readonly capture: Capture;
}

/** The page from the first look to the last: which screen, and how to get from one to another. */
export class PageModel {
  readonly screen = signal<Screen>({ at: 'landing' });
  /** A call is being started: routers are asked how they are, or the one of this page for its key. */
  readonly starting = signal(false);
  /** What was pasted was no invitation. */
  readonly pasteRefused = signal(false);
  readonly #services: PageServices;
  #joining: AbortController | undefined;
  #undo: ReturnType<typeof setTimeout> | undefined;

  constructor(services: PageServices) {
    this.#services = services;
  }

  get rememberedName(): string | undefined {
    return this.#services.name.read();
  }

  get passes(): Passes {
    return this.#services.passes;
  }

  get regions(): Regions {
    return this.#services.regions;
  }

  get origin(): string {
    return this.#services.address.origin;
  }

  /** Takes the invitation out of the address bar, or else the one kept for a reload. In a call nothing but the address changes. */
  open(): void {
    const { address, kept } = this.#services;
    const href = address.href();
    const hasFragment = new URL(href).hash.length > 1;
    if (hasFragment) address.dropFragment();
    const { at } = this.screen.value;
    if (at === 'call' || at === 'connecting') return;
    const link = hasFragment ? href : kept.read();
    if (link === undefined) this.regions.prepare();
    else {
      // Who is invited somewhere asks nobody else.
      void this.regions.learnOwn();
      this.#read(link);
    }
  }

  /** What was pasted on the landing. */
  paste(text: string): void {
    const link = /https?:\/\/\S+#\S+/iu.exec(text)?.[0];
    this.pasteRefused.value = link === undefined || !URL.canParse(link);
    if (link === undefined || this.pasteRefused.value) return;
    const { address } = this.#services;
    // Another router serves a page of its own; the policy of this one does not let it talk to others.
    if (new URL(link).origin === address.origin) this.#read(link);
    else address.go(link);
  }

  async start(): Promise<void> {
    if (this.starting.value) return;
    this.starting.value = true;
    const { sdk, address, fetchRouterInfo } = this.#services;
    try {
      const best = await this.regions.forStart();
      const routerUrl = best?.url ?? address.origin;
      const { routerKey } = best ?? (await fetchRouterInfo());
      const invitation = sdk.createInvitation({ routerUrl, routerKey });
      if (routerUrl === address.origin) this.#enter(invitation);
      else address.go(invitation.link(routerUrl));
    } catch (error) {
      this.#fail(error, undefined);
    } finally {
      this.starting.value = false;
    }
  }

  /** Joins from the lobby, or comes back to it when an access code is wanted. */
  async join(name: string, remember: boolean): Promise<void> {
    const screen = this.screen.value;
    const clipped = clipName(name);
    if (screen.at !== 'lobby' || clipped === '') return;
    const { lobby } = screen;
    const { sdk, passes } = this.#services;
    this.#services.name.set(clipped, remember);
    const joining = new AbortController();
    this.#joining = joining;
    lobby.name.value = clipped;
    lobby.inside.stop(); // nothing beside the join
    this.#show({ at: 'connecting', lobby });
    try {
      const call = await sdk.joinCall(lobby.invitation, {
        name: clipped,
        signal: joining.signal,
        tokens: passes.take,
        maxCameras,
      });
      const own = { invitation: lobby.invitation, name: clipped };
      const model = new CallModel(call, own, (ended) => {
        this.#callEnded(ended);
      });
      if (model.connection.value.phase === 'ended') return;
      this.#show({ at: 'call', call: model });
      await model.start(lobby.takeTracks());
    } catch (error) {
      const code = error instanceof CallError ? error.code : undefined;
      if (code === 'aborted') return;
      if (code === 'token-needed') {
        passes.codeWanted();
        this.#backTo(lobby);
        return;
      }
      if (code === 'token-refused') passes.renew();
      lobby.close();
      this.#fail(error, lobby.invitation);
    }
  }

  /** Back from connecting to the lobby. */
  cancel(): void {
    const screen = this.screen.value;
    this.#joining?.abort();
    if (screen.at !== 'connecting') return;
    this.#backTo(screen.lobby);
  }

  /** To the lobby of a call once more. */
  again(invitation: Invitation): void {
    this.#enter(invitation);
  }

  /** To the landing, forgetting any invitation. */
  home(): void {
    const screen = this.screen.value;
    if (screen.at === 'lobby') screen.lobby.close();
    this.#services.kept.forget();
    this.#show({ at: 'landing' });
    this.regions.prepare();
  }

  #backTo(lobby: Lobby): void {
    lobby.inside.start();
    this.#showLobby(lobby);
  }

  #showLobby(lobby: Lobby): void {
    this.#services.sdk.prepareToJoin();
    this.#show({ at: 'lobby', lobby });
  }

  #read(link: string): void {
    try {
      this.#enter(this.#services.sdk.readInvitation(link));
    } catch (error) {
      this.#fail(error, undefined);
    }
  }

  #enter(invitation: Invitation): void {
    const { kept, capture, address, sdk, passes } = this.#services;
    const inside = new LookInside((until, asked) =>
      sdk.peekCall(invitation, { signal: until, ...(asked && { tokens: passes.take }) }),
    );
    kept.keep(invitation.link(address.origin));
    this.#showLobby(new Lobby(invitation, capture, inside));
  }

  #callEnded(call: CallModel): void {
    const reason = call.connection.value.reason ?? 'ended';
    const failure = reason === 'left' ? undefined : asFailure(reason);
    if (failure !== undefined) {
      this.#show({ at: 'failure', code: failure, again: call.invitation });
      return;
    }
    if (reason === 'left' && !call.leftOnPurpose) {
      // The page is being reloaded, or put aside by the browser and perhaps shown again: back to the door of this call.
      this.#enter(call.invitation);
      return;
    }
    this.#services.kept.forget();
    if (reason !== 'left') {
      this.#show({ at: 'ended' });
      return;
    }
    this.#show({ at: 'left', again: call.invitation });
    this.#undo = setTimeout(() => {
      this.screen.value = { at: 'left', again: undefined };
    }, undoMs);
  }

  #fail(error: unknown, again: Invitation | undefined): void {
    const code = error instanceof CallError ? asFailure(error.code) : undefined;
    this.#show({ at: 'failure', code: code ?? 'router-refused', again });
  }

  #show(screen: Screen): void {
    clearTimeout(this.#undo);
    this.pasteRefused.value = false;
    this.screen.value = screen;
  }
}
