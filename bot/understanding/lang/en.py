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
            how are you|how are you today|nice to meet you|happy new year|merry christmas|have a nice day|happy birthday
            hi|hii|hello|helo|hey|yo|hello there|hi there|good morning|good afternoon|good evening|good night
            greetings
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
            settings|setting|preferences|options|notices|notifications|turn notices off|turn notices on
            turn off notices|turn off notifications|turn on notifications|stop notifications|unsubscribe""",
        Action.LANGUAGE: """
            switch to english|switch to chinese|switch to japanese|switch to thai
            language|languages|change language|change the language
            english|in english|chinese|traditional chinese|japanese|thai""",
        Action.MINE: """
            my messages|my message|messages|history""",
        Action.VOLUNTEER: """
            volunteer|help to check|become a volunteer|i want to help|can i help|join as a volunteer""",
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
    requests="""
            true|real|fake|false|legit|legitimate|genuine|scam|a scam|hoax|a hoax|spam|phishing|rumor|rumour
            a rumor|fact|fiction
            accurate|correct|safe|trustworthy|reliable|right|is|are|was|does|do|can|could|would|will|you|i|we|he
            she|they|please|pls
            this|that|it|these|those|the|a|an|or|if|whether|and|so|to|for|of|from|in|on|at|by|me|my|our|us|her
            his|their|with
            check|verify|confirm|look|look at|look into|look up|find out|tell|tell me|know|help|help me|see
            have a look|fact check
            factcheck|investigate|believe|trust|be|been|really|actually|just|also|again|not|any|anyone|someone
            somebody|people
            message|post|news|story|video|link|text|sms|email|mail|article|claim|thing|info|information|website
            site|photo
            mom|mum|mother|dad|father|parents|friend|friends|a friend|aunt|auntie|uncle|sister|brother|grandma
            grandpa|grandmother
            grandfather|cousin|boss|colleague|neighbour|neighbor|teacher|wife|husband|son|daughter|family|group
            chat|group chat
            sent|send|sends|forwarded|forward|shared|got|get|received|saw|seen|heard|says|said|posted|keeps
            sending|came|today
            yesterday|now|line|whatsapp|facebook|online|internet|want|wanted|like|what
            do you think""",
    person="""
            person|human|human being|operator|agent|representative|staff|customer service|customer support
            real people|live chat|anybody there|anyone there
            talk to someone|talk to somebody|speak to someone|speak with someone|talk with someone|someone real""",
    around_person="""
            i|we|me|us|you|your|want|would|like|need|to|talk|speak|chat|connect|transfer|put|through|with|a|an
            the|real|live|actual
            human|from|team|support|can|could|may|please|pls|is|are|there|any|anyone|someone|here|who|let|get
            give|now|not|bot|robot
            machine|hi|hello|be|of|instead|directly|how|do|contact|call|phone|number|service|am|talking|have|some|id|anybody|someone|somebody|people""",
    harmed=(
        r"\b(?:stole|hacked|took over) (?:my|our|his|her|their)\b"
        r"|\b(?:clicked|opened|tapped)\b[^.!?\n]{0,30}\b(?:phishing|scam|fake)\b|"
        r"\b(?:got|get|gotten|was|were|been|being|am)\b(?:\W+\w+){0,2}?\W+(?:scammed|cheated|swindled|defrauded|hacked|conned|tricked|duped|robbed)\b"
        r"|\b(?:scammed|cheated|swindled|defrauded|conned|robbed) (?:me|us|my|him|her|them)\b"
        r"|\b(?:took|stole|drained|emptied) (?:all )?my\b"
        r"|\bfell for (?:a|the) scam\b|\blost (?:my|all|our) (?:money|savings)\b"
        r"|\b(?:sent|gave|given|transferred|paid|told|wired)\b[^.!?\n]{0,60}\b(?:scammers?|fraudsters?|phishing|scam|swindlers?)\b"
    ),
    given_away=(
        r"\b(?:wired|sent|transferred|paid|gave|typed|entered|clicked)\b[^.!?\n]{0,60}"
        r"\b(?:money|dollars?|baht|yuan|yen|euros?|pounds?|cards?|password|pin|code|otp|link|account|savings)\b"
    ),
    concerned=(r"\b(?:i|i'?ve|we|me|my|us|our|mom|mum|dad|mother|father|grandma|grandpa)\b"),
    own=(
        r"\b(?:i|i'?ve|we|me|us)\b|\b(?:my|our) "
        r"(?:mom|mum|mother|dad|father|grandma|grandpa|wife|husband|account|card|money|savings)\b"
    ),
    despair=(
        r"\bi (?:want|wanna|am going|plan|wish) to (?:die|kill myself|end (?:it all|my life))\b"
        r"|\bi (?:don'?t|do not) want to live\b|\b(?:i feel|i am|i'?m) suicidal\b|\bkill myself\b|\bend my life\b"
    ),
    at_a_loss=(
        r"\bwhat (?:should|can|do|shall|to do|now)\b|\bhelp\b|\bhow (?:do|can) (?:i|we|he|she)\b"
        r"|\bwho (?:should|can|do) (?:i|we)\b|\bcall the police\b"
    ),
    warns_others=(
        r"\b(?:share|forward|everyone|everybody|beware|warn(?:s|ed|ing)?|police (?:say|said|warn)|be careful)\b"
        r"|\b(?:pass (?:this|it) on|spread|alert|steps|tips|news)\b"
        r"|\b(?:don'?t|do not|avoid|never|could|might|may|can|afraid)(?: \w+)? (?:get|be|being)\b"
    ),
)
