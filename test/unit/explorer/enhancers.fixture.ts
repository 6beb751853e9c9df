import { Catch, Injectable } from '@nestjs/common';
import type { CanActivate, ExceptionFilter } from '@nestjs/common';

@Injectable()
export class Deny implements CanActivate {
  canActivate() {
    return false;
  }
}

export class Trouble extends Error {}

@Catch(Trouble)
export class Answer implements ExceptionFilter {
  catch(error: Error) {
    return `answer to ${error.message}`;
  }
}
