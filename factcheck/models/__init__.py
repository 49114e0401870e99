"""Importing this package makes every mapper complete."""

from factcheck.models.chat import (
    ArticleView,
    Delivery,
    Dialogue,
    Group,
    GroupMatch,
    InboxEvent,
    LineFact,
    Match,
    Notice,
    SaidMessage,
    UsageEvent,
)
from factcheck.models.comparing import ArticleFacts
from factcheck.models.content import (
    Article,
    ArticleCategory,
    ArticleCategoryFeedback,
    ArticleHyperlink,
    ArticleReply,
    Category,
    Cooccurrence,
    CooccurrenceArticle,
    Reply,
    ReplyHyperlink,
    ReplyRequest,
    ReplyRequestFeedback,
    SimilarArticle,
    TopicSuggestion,
)
from factcheck.models.enums import (
    SECOND_ACCOUNT,
    Apart,
    ArticleType,
    DeliveryState,
    HookState,
    ItemKind,
    JobState,
    ListKind,
    ModerationKind,
    Need,
    NoticeKind,
    PageFault,
    PageState,
    PendingKind,
    Reason,
    ReplyType,
    ReportSource,
    RevisionState,
    Role,
    SourceKind,
    Status,
    TargetKind,
    TaskAnswer,
    TaskKind,
    TaskState,
    VoteReason,
    VoteStatus,
)
from factcheck.models.finding import Claim, DailyPick, Evening, EveningMessage, KeptQuery, ReadMark, SavedList
from factcheck.models.hyperlinks import Hyperlink, LinkPicture
from factcheck.models.media import MediaFile, MediaOpening, SentFile, TranscriptRevision
from factcheck.models.moderation import (
    Approval,
    BlockedName,
    ModerationAction,
    ModerationChange,
    PendingReply,
    RemovedContent,
    RemovedPicture,
    Report,
)
from factcheck.models.outside import GoneArticle, OutsideCheck, OutsideSource, ToldArticle, Webhook, WebhookDelivery
from factcheck.models.people import (
    ELSEWHERE,
    LINE_BOT,
    WEBSITE,
    App,
    ChatLink,
    FormerPublishedId,
    Identity,
    JoinedChat,
    LoginSession,
    LoginToken,
    MailRequest,
    Membership,
    Organisation,
    User,
    UserIdKey,
)
from factcheck.models.tasks import Task, TaskTurn
from factcheck.models.visits import Analytics, Channel, DocType, MatchCount, VisitKey, VisitNote
from factcheck.models.votes import ArticleReplyFeedback, VoteDecision, VoteNight, VoteTrace
from factcheck.models.work import Figures, Job, JobRun, WorkerSign
from factcheck.models.writing import Draft, EditorNotice, ReplyRevision, Snippet
