/** A question that the box office cannot take, and why: the caller's mistake, not an outcome of the operation. Becomes the `Problem` of the answer. */
export class RequestProblem extends Error {
  override readonly name = 'RequestProblem';
  readonly status: 400 | 403 | 404 | 503;
  readonly code: string;
  constructor(status: 400 | 403 | 404 | 503, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}
