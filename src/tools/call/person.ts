import { Queue } from '../../shared/support/queue.ts';
import type { Browser } from 'puppeteer-core';
import type { Admission } from '../../shared/protocol/admission.ts';
import { unreachable } from '../../shared/support/unreachable.ts';
import type { ParticipantLine } from './network/dialled-network.ts';
import type { ScenarioEvent } from './scenario/scenario.ts';
import { ParticipantTab } from './tab.ts';

/** What all participants of a call have in common. */
export interface Place {
  readonly browser: Browser;
  /** Of the participant page. */
  readonly pageUrl: string;
  readonly router: {
    readonly routerUrl: string;
    readonly routerKey: string;
    /** Which tokens it asks for. */
    readonly admission?: Admission | undefined;
    /** Where calls may go from there. */
    readonly routers: readonly { readonly url: string; readonly routerKey: string }[];
  };
  /** The Authorization header for their issuer. */
  readonly authorization: string | undefined;
  readonly height: number;
  readonly framesPerSecond: number;
  /** Looks at steps and keys from inside the pages. */
  readonly watched: boolean;
}

/** One participant: a tab, and its line to the router if one was dialled. */
export class Person {
  readonly number: number;
  readonly tab: ParticipantTab;
  readonly #line: ParticipantLine | undefined;
  /** How long joining took the first time, in ms. */
  joinMs: number | undefined;
  inCall = false;
  readonly #place: Place;
  readonly #queue = new Queue();

  /** `line`: undefined for nothing in between. */
  static async open(number: number, place: Place, line: ParticipantLine | undefined): Promise<Person> {
    const tab = await ParticipantTab.open(place.browser, place.pageUrl, line?.portFor);
    return new Person(number, tab, line, place);
  }

  private constructor(number: number, tab: ParticipantTab, line: ParticipantLine | undefined, place: Place) {
    this.number = number;
    this.tab = tab;
    this.#line = line;
    this.#place = place;
  }

  newLink(): Promise<string> {
    const { routerUrl, routerKey } = this.#place.router;
    return this.tab.do('newLink', { routerUrl, routerKey });
  }

  async join(link: string): Promise<void> {
    const { router, authorization, height, framesPerSecond, watched } = this.#place;
    const routerUrl = this.#line?.routerUrl ?? router.routerUrl;
    const { admission, routers } = router;
    const who = { link, routerUrl, routers, admission, authorization, number: this.number, watched };
    const joinMs = await this.tab.do('join', { ...who, height, framesPerSecond });
    this.joinMs ??= joinMs;
    this.inCall = true;
  }

  /** What the page shows now, as base64 of a JPEG. */
  async picture(): Promise<string> {
    const size = await this.tab.do('showAll');
    return this.tab.page.screenshot({ type: 'jpeg', quality: 70, encoding: 'base64', clip: { x: 0, y: 0, ...size } });
  }

  async leave(): Promise<void> {
    this.inCall = false;
    await this.tab.do('leave');
  }

  /**
   * Does what the scenario says, when all before it is done; `link`: of the call. `performed` is told when that began and when
   * it was done or could not be, by `performance.now()`.
   */
  async act(event: ScenarioEvent, link: string, performed: (fromMs: number, toMs: number) => void): Promise<void> {
    return this.#queue.run(async () => {
      const fromMs = performance.now();
      await this.#do(event, link).finally(() => {
        performed(fromMs, performance.now());
      });
    });
  }

  async #do(event: ScenarioEvent, link: string): Promise<void> {
    switch (event.does) {
      case 'join':
        return this.join(link);
      case 'leave':
        return this.leave();
      case 'mute':
      case 'unmute':
        return this.tab.do('setMicrophone', event.does === 'unmute');
      case 'camera-off':
      case 'camera-on':
        return this.tab.do('setCamera', event.does === 'camera-on');
      case 'share':
      case 'unshare':
        return this.tab.do('setScreen', event.does === 'share');
      case 'tiles':
        return this.tab.do('show', event.height);
      case 'network':
        return this.#line?.dial(event.network);
      default:
        return unreachable(event);
    }
  }
}
