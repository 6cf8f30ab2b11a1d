import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Review } from '../../../src/contract/reviews.ts';
import { Refusal, useChange } from '../account/change.tsx';
import { reviews } from '../messages/reviews.ts';
import { useTwin } from '../twin.ts';
import { Digest } from '../ui/Digest.tsx';
import { Page } from '../ui/Page.tsx';
import { Status } from '../ui/Status.tsx';
import { Time } from '../ui/Time.tsx';
import { CheckReview, useReviewCheck } from './CheckReview.tsx';
import { DraftForm } from './DraftForm.tsx';
import { Exact } from './Prose.tsx';
import { EntryOf, nameOf, StateOf } from './ReviewsPage.tsx';
import { Sure } from './Sure.tsx';
import './reviews.css';

const words = reviews.one;

export function ReviewPage(): ReactNode {
  const twin = useTwin<Review>();
  const client = useQueryClient();
  const title = words.title(twin.data === undefined ? '…' : nameOf(twin.data.review.tree));
  const again = async (): Promise<void> => {
    await client.invalidateQueries({ queryKey: ['/reviews.json'] });
    await twin.refetch();
  };
  return (
    <Page title={title} twin={twin}>
      {(data) =>
        data.draft === null ? (
          <Signed data={data} again={again} />
        ) : (
          <DraftForm key={data.review.id} id={data.review.id} draft={data.draft} again={again} />
        )
      }
    </Page>
  );
}

interface Props {
  readonly data: Review;
  readonly again: () => Promise<void>;
}

function Signed({ data, again }: Props): ReactNode {
  const { review, waiting, body, key } = data;
  const checked = useReviewCheck(data);
  return (
    <>
      <p>
        <StateOf state={review.state} />
      </p>
      {review.state === 'signed' ? (
        <section className="card" role="status">
          <h2>{words.waiting}</h2>
          <p>{words.waitingText}</p>
          {waiting === null ? null : (
            <p>
              {waiting.message} (<code>{waiting.code}</code>, <Time seconds={waiting.since} />)
            </p>
          )}
        </section>
      ) : null}
      <section>
        <h2>{words.facts}</h2>
        <dl className="facts">
          <dt>{reviews.entry}</dt>
          <dd>
            <EntryOf logged={review.logged} />
          </dd>
          <dt>{reviews.tree}</dt>
          <dd>
            <Digest value={review.tree.digest} to={`/source/${review.tree.digest}`} />
          </dd>
          <dt>{reviews.author}</dt>
          <dd>
            <code>{review.author}</code>
          </dd>
          {key === null ? null : (
            <>
              <dt>{reviews.key}</dt>
              <dd>
                <Digest value={key.keyid} /> {key.webauthn === null ? reviews.keyFile : reviews.passkey}
                {key.webauthn === null ? null : (
                  <>
                    {' '}
                    <code>{key.webauthn.origin}</code>
                  </>
                )}
              </dd>
            </>
          )}
          {checked?.verdict === undefined ? null : (
            <>
              <dt>{reviews.verdict}</dt>
              <dd>{reviews.verdicts[checked.verdict][0]}</dd>
            </>
          )}
        </dl>
      </section>
      {body === null ? <Hidden state={review.state} /> : <Body body={body} />}
      <CheckReview data={data} checked={checked} />
      <Endings data={data} again={again} />
      <p>
        <Link to="/reviews">{reviews.title}</Link>
      </p>
    </>
  );
}

function Hidden({ state }: { readonly state: Review['review']['state'] }): ReactNode {
  const [title, text] =
    state === 'destroyed' ? [words.destroyed, words.destroyedText] : [words.sealed, words.sealedText];
  return (
    <section className="state state-empty">
      <h2>
        <Status mark="info">{title}</Status>
      </h2>
      <p>{text}</p>
    </section>
  );
}

function Body({ body }: { readonly body: string }): ReactNode {
  return (
    <section>
      <h2>{words.body}</h2>
      <Exact text={body.replace(/\n$/, '')} label={words.body} />
    </section>
  );
}

function Endings({ data: { review, may }, again }: Props): ReactNode {
  const change = useChange();
  const act = (address: string) => (): void =>
    change.run(async (post) => {
      await post(address, { id: review.id });
      await again();
    });
  if (!may.open && !may.destroy) return null;
  return (
    <section className="card review-endings">
      {may.open ? (
        <div>
          <p>{words.openText}</p>
          <Sure
            label={words.open}
            question={words.openSure}
            disabled={change.busy}
            act={act('/do/reviews/open')}
          />
        </div>
      ) : null}
      {may.destroy ? (
        <div>
          <p>{words.destroyTextLong}</p>
          <Sure
            label={words.destroy}
            question={words.destroySure}
            disabled={change.busy}
            act={act('/do/reviews/destroy')}
          />
        </div>
      ) : null}
      <Refusal change={change} />
    </section>
  );
}
