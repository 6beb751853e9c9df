import { Action, type ContractOf, Service } from 'nestjs-moleculer';

/** Keeps what the other services of its node have heard, and tells whoever asks that node. */
@Service('journal')
export class JournalService {
  private readonly heard: string[] = [];

  note(event: string): void {
    this.heard.push(event);
  }

  @Action()
  entries(): string[] {
    return this.heard;
  }
}

declare module 'nestjs-moleculer' {
  interface ActionTypes extends ContractOf<JournalService, 'journal', 'entries'> {}
}
