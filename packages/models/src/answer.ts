type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** The system codes of a {@link NoAnswerError}, at the bottom of whatever the SDK wraps round it. */
export const REDIRECTED = 'REDIRECTED';
const WEB_PAGE = 'WEB_PAGE';

class NoAnswerError extends Error {
  readonly code: typeof REDIRECTED | typeof WEB_PAGE;

  constructor(code: NoAnswerError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * `fetch` that takes nothing but the answer of the server it was sent to. It follows no redirect: the key goes along
 * in headers that `fetch` does not drop on the way to another host. And a web page with a good status, as the sign-in
 * page of a network is, is no reply that was cut off.
 */
export function answerOf(fetch: Fetch): Fetch {
  return async (input, init) => {
    const response = await fetch(input, { ...init, redirect: 'manual' });
    const { status, headers } = response;
    const to = headers.get('location');
    const page = response.ok && headers.get('content-type')?.startsWith('text/html');
    if (!page && (status < 300 || status > 399 || to === null)) return response;
    await response.body?.cancel();
    if (page) throw new NoAnswerError(WEB_PAGE, 'a web page came instead of an answer');
    throw new NoAnswerError(REDIRECTED, `it answers ${status} and points to ${to}`);
  };
}
