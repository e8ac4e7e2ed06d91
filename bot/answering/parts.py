"""The questions of one message, answered one by one: which words of the others, and of what is told around them, each is read with."""

from collections.abc import Callable, Iterator, Sequence

from bot.answering.asking_whole import speaks_of, subject_of
from bot.answering.conversation import NO_CONVERSATION, Conversation, Turn
from bot.answering.leaning import points_at_another, refers
from bot.answering.reply import Outcome, Reason, Reply
from bot.answering.shelf import SURE, Examined, Shelf
from bot.answering.splitting import MOST_PARTS, Part
from bot.answering.staying import home_of
from bot.language.tokens import fold

Answered = tuple[Reply, Conversation]
"""What a question gets, and the conversation with it."""


class Parts:
    """Answers the questions of a message.

    Args:
        search: answers one question in a conversation, and gives the conversation with it.
        search_whole: the same as the whole question that it stands for; None where that has no answer.
        examine: the evidence for a text.
        shelves: all there are.
    """

    def __init__(
        self,
        search: Callable[[str, Conversation], Answered],
        search_whole: Callable[[str, Conversation], Answered | None],
        examine: Callable[[str], Examined],
        shelves: Sequence[Shelf],
    ) -> None:
        self._search, self._search_whole, self._examine, self._shelves = search, search_whole, examine, shelves

    def answered(self, text: str, parts: Sequence[Part], conversation: Conversation) -> tuple[Reply, Conversation]:
        """Answer the questions of one message one by one, each as a follow-up of those before it."""
        nearest = self._nearest(text)
        replies, topic = [], ""
        for number, part in enumerate(parts[:MOST_PARTS]):
            # 'En mijn zoon, mag hij ook?' goes on about something else.
            turns_to = part.topic if part.topic != topic else ""
            topic, told = part.topic, part.around if not number else turns_to
            reply, conversation = self._of_part(part, conversation, self._told(told, nearest) if told else None, first=not number)
            if conversation.turns and conversation.turns[-1].passage is None:
                conversation = Conversation((*conversation.turns[:-1], conversation.turns[-1]._replace(passage=nearest)))
            # A part without an answer shows nothing: what is only near would stand between the answers.
            shown = () if reply.outcome is Outcome.NO_ANSWER else reply.quotes if reply.listed else reply.quotes[:1]
            replies.append(reply._replace(question=part.question, quotes=shown, also_in=(), earlier=0))
        answered = [reply for reply in replies if reply.outcome is Outcome.ANSWER]
        first = (answered or replies)[0]
        whole = Reply(
            question=text,
            outcome=first.outcome,
            confidence=first.confidence,
            # One sentence may answer two of them.
            quotes=tuple({(q.passage.id, q.highlight): q for reply in replies for q in reply.quotes}.values()),
            reason=first.reason,
            parts=tuple(replies),
            left_out=tuple(part.question for part in parts[MOST_PARTS:]),
        )
        return whole, conversation

    def _nearest(self, text: str) -> str | None:
        """The id of the passage that comes nearest to a whole message."""
        whole = self._examine(text)
        return whole.shelf.index.passages[whole.candidates[0].passage].id if whole.candidates else None

    def _told(self, around: str, nearest: str | None) -> Turn | None:
        """What is told around the questions of a message, as a turn before them that stands at the passage nearest to it all."""
        words = tuple(concept.word.form for concept in self._examine(around).read.concepts)
        return Turn(words, nearest, answered=False) if words and nearest else None

    def _of_part(self, part: Part, conversation: Conversation, told: Turn | None, first: bool) -> tuple[Reply, Conversation]:
        """Answer one question of a message.

        Args:
            conversation: with the questions before it.
            told: what was told around them, for the first, or what it turns to.
            first: it is the first of the message.
        """
        silent: Answered | None = None
        before = conversation.with_turn(told) if told else conversation
        subjects = [subject_of(turn) for turn in (*([told] if told else []), *conversation.turns[-1:])]
        for reply, after in self._tried(part, conversation, told, first):
            answers = reply.outcome is Outcome.ANSWER
            if answers and self._is_of_it(part.alone, reply, before, subjects):
                doubted = not first and reply.confidence < SURE
                for whole, then in self._as_whole(part.alone, conversation) if doubted else ():
                    # 'Welke prijs kreeg hij?' is surely answered as what he is called.
                    if whole.confidence >= SURE and self._is_of_it(part.alone, whole, before, subjects):
                        reply, after = whole, then
                break
            silent = silent or (_silent(reply), after)
        else:
            assert silent
            reply, after = silent
        return reply, conversation.with_turn(after.turns[-1]) if after.turns else conversation

    def _tried(self, part: Part, conversation: Conversation, told: Turn | None, first: bool) -> Iterator[Answered]:
        """What a question of a message gets in each way that it may be meant, the likeliest first; see `_of_part`."""
        vague = all(shelf.says_nothing(part.alone) for shelf in self._shelves)
        little = refers(fold(part.alone)) or all(shelf.says_little(part.alone) for shelf in self._shelves)
        if little and not vague and not first:
            # 'Wat zijn de leges?' behind a question about a permit asks what that costs, and not what anything else does.
            yield from self._as_whole(part.alone, conversation)
        if part.around and first and little:
            yield self._search(part.text, conversation)
        if not (part.around and first and vague):
            yield self._search(part.alone, conversation.with_turn(told) if told else conversation)
        if vague and not first:
            yield from self._as_whole(part.alone, conversation)
        if part.around and not (first and little):
            yield self._search(part.text, conversation)
        if not first and not little:
            yield self._search(part.alone, NO_CONVERSATION)
            yield from self._as_whole(part.alone, conversation)

    def _is_of_it(self, text: str, reply: Reply, conversation: Conversation, subjects: Sequence[Sequence[str]]) -> bool:
        """Whether an answer may be of what a question only points at: it stands where the question before was answered, or speaks of the same.

        A question that says enough of its own is of that.

        Args:
            conversation: the turn that the question points at last.
            subjects: what it may point at, see `asking_whole.subject_of`.
        """
        passage = reply.quotes[0].passage.id
        shelf = next(shelf for shelf in self._shelves if shelf.index.number_of(passage) is not None)
        if reply.listed or not points_at_another(shelf.read(text)) or not any(subjects):
            return True
        last = conversation.turns[-1]
        number = shelf.index.number_of(passage)
        if number is None or (last.answered and number in home_of(last.passage, shelf.index)):
            return True
        return any(speaks_of(subject, shelf, number) for subject in subjects if subject)

    def _as_whole(self, text: str, conversation: Conversation) -> Iterator[Answered]:
        answered = self._search_whole(text, conversation)
        if answered:
            yield answered


def _silent(reply: Reply) -> Reply:
    """A reply as it is where it is silent; silence in its stead where it answers something else."""
    if reply.outcome is Outcome.NO_ANSWER:
        return reply
    return Reply(reply.question, Outcome.NO_ANSWER, 0.0, (), Reason.NOTHING, corrections=reply.corrections)
