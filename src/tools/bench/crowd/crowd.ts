import { createInvitation } from '../../../client/call/invitation.ts';
import { fromBase64Url } from '../../../shared/support/bytes.ts';
import { routersAt } from '../../call/routers.ts';
import { CrowdMember } from '../../peers/crowd-member.ts';
import type { Recording } from '../../peers/recording.ts';
import type { Reach } from '../../peers/router-socket.ts';

/** Cameras that are on in a crowd, at most: as many as a participant receives. */
const mostCameras = 9;

/** A new call of participants without browsers, who shake hands as all do, and whom others can join. */
export class Crowd implements AsyncDisposable {
  readonly link: string;
  readonly members: CrowdMember[] = [];
  readonly #reach: Reach;
  /** The first two numbers of its members' loopback addresses. */
  readonly #from: string;
  #joined = 0;

  /** `url`: of the router. `from`: the first two numbers of its members' loopback addresses, as `127.62`. */
  static async at(url: string, from: string): Promise<Crowd> {
    const { routerUrl, routerKey: told } = await routersAt([url]);
    const routerKey = fromBase64Url(told);
    if (routerKey === undefined) throw new Error('no router key');
    const link = createInvitation({ routerUrl, routerKey: told }).link(routerUrl);
    return new Crowd(link, { address: url, routerKey }, from);
  }

  private constructor(link: string, reach: Reach, from: string) {
    this.link = link;
    this.#reach = reach;
    this.#from = from;
  }

  /** Has so many more come at once. Resolves when everybody holds everybody's key. */
  async grow(by: number): Promise<void> {
    const fromMs = performance.now();
    const come = await Promise.all(
      Array.from({ length: by }, () => {
        this.#joined += 1;
        const from = `${this.#from}.${Math.floor(this.#joined / 200)}.${1 + (this.#joined % 200)}`;
        return CrowdMember.join({ ...this.#reach, from }, this.link, `member ${this.#joined}`);
      }),
    );
    this.members.push(...come);
    await Promise.all(this.members.map((member) => member.holdsKeysOf(this.members.length - 1, fromMs)));
  }

  /** Everybody speaks, and some of them show a picture. */
  async speak(recording: Recording): Promise<void> {
    for (const [index, member] of this.members.entries()) {
      await member.send('microphone', recording);
      if (index < mostCameras) await member.send('camera', recording);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.members.map((member) => member[Symbol.asyncDispose]()));
  }
}
