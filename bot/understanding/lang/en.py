from bot.buttons.menu import Action
from bot.buttons.talk import Talk
from bot.understanding.words import Words

_JUDGED = "(?:true|real|fake|false|legit|correct|accurate|right|ascam|ahoax|arumou?r|afact)"

WORDS = Words(
    talk={
        Talk.WHO: """
            who are you|what are you|who is this|what is this|are you a bot|are you a robot|are you human|are you real
            what can you do|what do you do|what is your name|whats your name""",
        Talk.THANKS: """
            thanks|thank you|thank u|thx|ty|thank you very much|thank you so much|thanks a lot|many thanks
            much appreciated|thanks for your help|thank you for your help""",
        Talk.GREETING: """
            hi|hii|hello|helo|hey|yo|hello there|hi there|good morning|good afternoon|good evening|good night|greetings
            factline bot""",
        Talk.GOODBYE: """
            bye|bye bye|goodbye|good bye|see you|see you later|see ya|take care""",
        Talk.FINE: """
            ok|okay|okey|k|yes|no|yeah|yep|yup|nope|sure|fine|great|good|nice|cool|wow|i see|got it|alright|all right
            never mind|lol|ha|hehe|oh""",
    },
    commands={
        Action.TUTORIAL: """
            help|tutorial|how to|how to use|how to use this|how does it work|how does this work|how it works
            instructions|guide|menu|help me|example|show me an example""",
        Action.SETTINGS: """
            settings|setting|preferences|options|notices|notifications|turn notices off|turn notices on""",
        Action.LANGUAGE: """
            language|languages|change language|change the language
            english|in english|chinese|traditional chinese|japanese|thai""",
        Action.MINE: """
            my messages|my message|messages|history""",
        Action.SHARE: """
            share|invite|tell friends|tell a friend|recommend""",
        Action.ERASE: """
            delete|delete my data|delete my messages|delete everything|delete all|erase|erase my data
            forget me|delete what i sent""",
    },
    bot_names="factline",
    questions=(
        f"(?:is|are|was)(?:this|that|it|these)(?:really|actually|even|news|story|message|post)*{_JUDGED}",
        f"(?:if|whether)(?:this|that|it)is{_JUDGED}",
        "(?:true|real)or(?:false|fake|not)|(?:false|fake)or(?:true|real)|factorfiction|forreal",
        "factcheck(?:ed)?|verif(?:y|ied)|(?:anyone|anybody|someone|you)check(?:ed)?",
    ),
    questions_with_mark=f"really|seriously|{_JUDGED}",
    around_questions=(
        "please|pls|thanks?|anyone|anybody|someone|whether|actually|message|article|these|story|video|claim|could|guys|wait"
        "|does|know|have|this|that|news|post|even|hey|hmm|did|can|you|has|are|was|the|all|not|hi|so|um|do|if|is|it|or|a"
    ),
    farewells="(?:bye)+|good(?:bye)+|leave(?:us|(?:the|this)(?:group|chat|room))?|goaway",
    greetings="hi|hello|hey|help",
    polite="please|pls|now",
    polite_end="",
)
