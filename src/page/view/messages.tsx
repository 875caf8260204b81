import type { ComponentChildren, JSX } from 'preact';
import type { Invitation } from '../../client/index.ts';
import type { PageModel } from '../model/page-model.ts';
import { failures, type FailureCode } from '../words/failures.ts';
import { Brand } from './brand.tsx';

interface MessageProps {
  readonly title: string;
  readonly body: string;
  readonly label?: string;
  readonly children: ComponentChildren;
}

/** A page that says one thing and offers what can be done. */
function Message({ title, body, label, children }: MessageProps): JSX.Element {
  return (
    <div class="message">
      <header class="page-head">
        <Brand />
      </header>
      <main class="message-main">
        <h1 data-start tabIndex={-1}>
          {title}
        </h1>
        <p class="lead">{body}</p>
        <div class="actions">{children}</div>
        {label !== undefined && (
          <p class="code-label">
            Code <code>{label}</code>
          </p>
        )}
      </main>
    </div>
  );
}

export function Left({ model, again }: { model: PageModel; again: Invitation | undefined }): JSX.Element {
  return (
    <Message
      title="You left the call."
      body={
        again === undefined
          ? 'Nothing about it is kept here.'
          : 'Camera and microphone are off. In half a minute this page forgets the invitation, too.'
      }
    >
      {again !== undefined && (
        <button
          type="button"
          class="button primary"
          onClick={() => {
            model.again(again);
          }}
        >
          Join again
        </button>
      )}
      <Home model={model}>Start another call</Home>
    </Message>
  );
}

export function Ended({ model }: { model: PageModel }): JSX.Element {
  return (
    <Message title="The call has ended." body="Nothing about it is kept here.">
      <Home model={model}>Start another call</Home>
    </Message>
  );
}

interface FailureProps {
  readonly model: PageModel;
  readonly code: FailureCode;
  readonly again: Invitation | undefined;
}

export function FailureScreen({ model, code, again }: FailureProps): JSX.Element {
  const { title, body, label, remedy } = failures[code];
  return (
    <Message title={title} body={body} label={label}>
      {remedy === 'reload' && (
        <button
          type="button"
          class="button primary"
          onClick={() => {
            location.reload();
          }}
        >
          Reload
        </button>
      )}
      {remedy === 'again' && (
        <button
          type="button"
          class="button primary"
          onClick={() => {
            if (again === undefined) void model.start();
            else model.again(again);
          }}
        >
          Try again
        </button>
      )}
      <Home model={model}>To the start page</Home>
    </Message>
  );
}

function Home({ model, children }: { model: PageModel; children: ComponentChildren }): JSX.Element {
  return (
    <button
      type="button"
      class="button"
      onClick={() => {
        model.home();
      }}
    >
      {children}
    </button>
  );
}
